/*
 * What the tests of reporting share: the note, and a house where the four services it follows are stood in for by
 * emitters. An emitter has the real name and the real events, and one method that says whatever event it is given. So
 * the feeds, the fetching of what was missed and the restarts are the real ones.
 */
#ifndef FYR_TESTS_UNIT_REPORTING_HOUSE_H
#define FYR_TESTS_UNIT_REPORTING_HOUSE_H

#include "contract/bridging.contract.h"
#include "contract/guidance.contract.h"
#include "contract/lease.contract.h"
#include "contract/node.contract.h"
#include "contract/placement.contract.h"
#include "harness/chance.h"
#include "harness/rig.h"
#include "reporting/reporting.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* --- emitters --- */

static inline status_t emit (txn_t *txn, const ProtobufCMessage *event, ProtobufCMessage *reply, fault_t *reterr)
{
    (void) reply;
    (void) reterr;
    for (unsigned i = 0; i < event->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &event->descriptor->fields[i];
        uint32_t set;
        const ProtobufCMessage *inner;
        memcpy (&set, (const char *) event + field->quantifier_offset, sizeof set);
        if (set != field->id)
            continue;
        memcpy (&inner, (const char *) event + field->offset, sizeof inner);
        txn_emit (txn, inner);
    }
    return STATUS_OK;
}

static const migration_t NO_TABLES[] = { { 0 } };
static const handler_t EMIT[] = { emit };

#define EMITTER(area, caller)                                                                                          \
    static const method_t area##_emit = { .name = "fyrtaarn." #area ".v1.Test/Emit",                                   \
                                          .command = true,                                                             \
                                          .callers = 1u << CALLER_OPERATOR,                                            \
                                          .request = &area##_event_rule,                                               \
                                          .reply = &node_get_health_request_rule };                                    \
    static const contract_t area##_emitter_contract = {                                                                \
        .package = #area, .methods = &area##_emit, .n_methods = 1, .event = &area##_event_rule                         \
    };                                                                                                                 \
    static const service_t area##_emitter = {                                                                          \
        .name = #area, .identity = caller, .contract = &area##_emitter_contract, .handlers = EMIT, .schema = NO_TABLES \
    }

EMITTER (lease, CALLER_LEASE);
EMITTER (guidance, CALLER_GUIDANCE);
EMITTER (placement, CALLER_PLACEMENT);
EMITTER (bridging, CALLER_BRIDGING);

static const service_t *const HOUSE[] = { &lease_emitter,    &guidance_emitter,  &placement_emitter,
                                          &bridging_emitter, &reporting_service, NULL };

static inline rig_t *open_house (const char *now)
{
    return rig_new (HOUSE, now);
}

#define happens(rig, owner, ...) rig_ok (rig, CALLER_OPERATOR, owner, "Test/Emit", __VA_ARGS__)
#define steering(rig, ...) rig_ok (rig, CALLER_STEERING_DESK, "reporting", __VA_ARGS__)

/* --- the note --- */

static inline void load_programme (rig_t *rig)
{
    steering (rig, "Programme/LoadPhase",
              "{'phase': 'start-up', 'from_day': '2026-01-01', 'to_day': '2026-12-31', 'title': 'Opstart',"
              " 'title_en': 'Start-up', 'source': 'TM157', 'confidence': 'high'}");
    steering (
        rig, "Programme/LoadPhase",
        "{'phase': 'ramp-up', 'from_day': '2027-01-01', 'to_day': '2028-12-31', 'title': 'Optrapning til fuld drift',"
        " 'title_en': 'Ramp-up to full operation', 'source': 'TM157', 'confidence': 'high'}");
    static const struct {
        const char *indicator;
        int low, high;
    } TARGETS[] = { { "desks", 40, 50 }, { "enterprises-guided", 60, 70 }, { "citizens-with-paid-hours", 50, 60 } };
    for (size_t i = 0; i < 3; i++)
        steering (rig, "Programme/LoadTarget",
                  "{'indicator': '%s', 'low': %d, 'high': %d, 'from_day': '2026-01-01', 'to_day': '2028-12-31',"
                  " 'source': 'TM157', 'confidence': 'high'}",
                  TARGETS[i].indicator, TARGETS[i].low, TARGETS[i].high);
    for (int district = 1; district <= 10; district++)
        steering (rig, "Programme/LoadDistrict",
                  "{'district': %d, 'in_note': %s, 'source': 'GEO-01', 'confidence': 'high'}", district,
                  strchr ("34578", '0' + district) && district < 10 ? "true" : "false");
}

/* --- reading answers --- */

static inline json_t *by_text (json_t *reply, const char *list, const char *field, const char *value)
{
    for (size_t i = 0; i < rig_count (reply, list); i++)
        if (strcmp (rig_text (rig_item (reply, list, i), field), value) == 0)
            return rig_item (reply, list, i);
    cr_assert_fail ("no %s in %s", value, list);
    return NULL;
}

/* "12", "hidden" or "missing". */
static inline const char *figure_of (json_t *holder, const char *field)
{
    static char texts[8][24];
    static size_t next;
    char *text = texts[next++ % 8];
    json_t *figure = json_object_get (holder, field);
    cr_assert (figure, "no figure %s", field);
    const char *visibility = rig_text (figure, "visibility");
    if (strcmp (visibility, "SHOWN") == 0)
        snprintf (text, 24, "%lld", (long long) rig_number (figure, "value"));
    else
        snprintf (text, 24, "%s", strcmp (visibility, "SUPPRESSED") == 0 ? "hidden" : "missing");
    return text;
}

static inline json_t *report_of (rig_t *rig, const char *from, const char *to, const char *language)
{
    return steering (rig, "Reports/GetStatusReport",
                     "{'from_day': '%s', 'to_day': '%s', 'language': '%s', 'without_completeness': true}", from, to,
                     language);
}

static inline const char *to_date (json_t *report, const char *indicator)
{
    return figure_of (by_text (report, "indicators", "indicator", indicator), "to_date");
}

static inline const char *in_period (json_t *report, const char *indicator)
{
    return figure_of (by_text (report, "indicators", "indicator", indicator), "period");
}

static inline const char *part_of (json_t *report, const char *breakdown, const char *part)
{
    return figure_of (by_text (by_text (report, "breakdowns", "breakdown", breakdown), "parts", "key", part), "figure");
}

static inline int draw_below (uint64_t *seed, int bound)
{
    return (int) (draw (seed) % (uint64_t) bound);
}

#endif
