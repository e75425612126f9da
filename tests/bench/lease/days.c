/* What is asked about the house manager's days: rooms, sites, aid, tasks, partners, equipment, social return, letters.
 */
#include "fill.h"
#include "works.h"

#include "base/time.h"
#include "fyrtaarn/lease/v1/aid.pb-c.h"
#include "fyrtaarn/lease/v1/calendars.pb-c.h"
#include "fyrtaarn/lease/v1/equipment.pb-c.h"
#include "fyrtaarn/lease/v1/letters.pb-c.h"
#include "fyrtaarn/lease/v1/operations.pb-c.h"
#include "fyrtaarn/lease/v1/partners.pb-c.h"
#include "fyrtaarn/lease/v1/premises.pb-c.h"
#include "fyrtaarn/lease/v1/rooms.pb-c.h"
#include "fyrtaarn/lease/v1/series.pb-c.h"
#include "fyrtaarn/lease/v1/sites.pb-c.h"
#include "fyrtaarn/lease/v1/social_return.pb-c.h"

enum { TENANT = 1000001, THING = 70000000, HOUR_MS = 3600000, ROOMS_LEAST = 3, PARTNERS_LEAST = 10 };

static int32_t today (void)
{
    return day_from_civil ((civil_t){ TODAY_YEAR, 1, 15 });
}

/* Free at ten in the evening, on a day of its own. */
static int64_t evening (int round)
{
    return copenhagen_instant (today () + 60 + round, 22 * 60);
}

#define WORK(name, method, TYPE, type, ...)                                                                            \
    static void name (house_t *house, int round)                                                                       \
    {                                                                                                                  \
        (void) round;                                                                                                  \
        ASK (house, method, TYPE, type, __VA_ARGS__);                                                                  \
    }
#define WORK_ON_ALL(name, method, TYPE, type)                                                                          \
    static void name (house_t *house, int round)                                                                       \
    {                                                                                                                  \
        Lease__##type request = { PROTOBUF_C_MESSAGE_INIT (&lease__##TYPE##__descriptor) };                            \
        (void) round;                                                                                                  \
        ask (house, method, &request.base);                                                                            \
    }

/* --- L7, L13 --- */

WORK (list_rooms, "Rooms/ListRooms", list_rooms_request, ListRoomsRequest, .limit = ROOMS_LEAST)
WORK (find_rooms, "Rooms/FindRooms", find_rooms_request, FindRoomsRequest, .starts_at = evening (round),
      .ends_at = evening (round) + HOUR_MS, .seats = (uint32_t) fill_rooms (2 * house->pairs) + 1)
WORK (list_bookings, "Rooms/ListBookings", list_bookings_request, ListBookingsRequest, .from_day = today (),
      .limit = ROWS)
WORK (list_bookings_behind, "Rooms/ListBookings", list_bookings_request, ListBookingsRequest, .from_day = today (),
      .after = THING + 2 * (uint64_t) (today () - day_from_civil ((civil_t){ TODAY_YEAR - 10, 1, 1 })), .limit = ROWS)
WORK (list_bookings_of_room, "Rooms/ListBookings", list_bookings_request, ListBookingsRequest, .room = 2,
      .from_day = today (), .limit = ROWS)
WORK (list_hours, "House/ListOpeningHours", list_opening_hours_request, ListOpeningHoursRequest, .premises = 1)
WORK (get_calendar, "Calendars/GetRoomCalendar", get_room_calendar_request, GetRoomCalendarRequest, .room = 2,
      .from_day = today ())
WORK (book_room, "Rooms/BookRoom", book_room_request, BookRoomRequest, .room = 1, .starts_at = evening (round),
      .ends_at = evening (round) + HOUR_MS, .title = TEXT ("Møde"), .tenant = TENANT)
WORK (change_booking, "Rooms/ChangeBooking", change_booking_request, ChangeBookingRequest, .booking = house->last_id,
      .title = TEXT ("Andet"))
WORK (release_booking, "Rooms/ReleaseRoom", release_room_request, ReleaseRoomRequest, .booking = house->last_id)
WORK (book_series, "Series/BookSeries", book_series_request, BookSeriesRequest, .room = 3, .starts_at = evening (round),
      .ends_at = evening (round) + HOUR_MS, .title = TEXT ("Møde"), .rule = TEXT ("FREQ=WEEKLY;COUNT=8"))
WORK (release_series, "Series/ReleaseSeries", release_series_request, ReleaseSeriesRequest, .series = house->last_id)

/* --- L1, L3, L12 --- */

WORK (rank_sites, "Sites/RankSites", rank_sites_request, RankSitesRequest, .criterion = LEASE__SITE_CRITERION__PRICE,
      .weight = 60)
WORK (decide_site, "Sites/DecideSite", decide_site_request, DecideSiteRequest, .site = 1, .reason = TEXT ("x"))
WORK_ON_ALL (list_decisions, "Sites/ListSiteDecisions", list_site_decisions_request, ListSiteDecisionsRequest)
WORK (check_rents, "Aid/CheckRents", check_rents_request, CheckRentsRequest, .limit = ROWS)
WORK (check_rents_then, "Aid/CheckRents", check_rents_request, CheckRentsRequest, .day = today () - 10, .limit = ROWS)
WORK (record_aid, "Aid/RecordAid", record_aid_request, RecordAidRequest, .tenant = TENANT, .amount_ore = 1,
      .basis = TEXT ("Art. 3"))
WORK (list_aid, "Aid/ListAid", list_aid_request, ListAidRequest, .tenant = TENANT + 3)
WORK (compare_returns, "SocialReturn/CompareReturns", compare_returns_request, CompareReturnsRequest,
      .from_month = 12 * (TODAY_YEAR - 1), .to_month = 12 * (TODAY_YEAR - 1) + 11)

/* --- L9 --- */

WORK (list_tasks, "Operations/ListTasks", list_tasks_request, ListTasksRequest, .limit = ROWS)
WORK (list_own_tasks, "Operations/ListTasks", list_tasks_request, ListTasksRequest, .owner = TEXT ("medarbejder3"),
      .limit = ROWS)
WORK (list_done_tasks, "Operations/ListTasks", list_tasks_request, ListTasksRequest, .closed = true,
      .owner = TEXT ("medarbejder3"), .limit = ROWS)
WORK (open_task, "Operations/OpenTask", open_task_request, OpenTaskRequest, .kind = LEASE__TASK_KIND__FAULT,
      .title = TEXT ("Lampe"), .owner = TEXT ("jens"), .due_day = today ())
WORK (close_task, "Operations/CloseTask", close_task_request, CloseTaskRequest, .task = house->last_id,
      .outcome = TEXT ("skiftet"))

/* --- L10 --- */

WORK (list_partners, "Partners/ListPartners", list_partners_request, ListPartnersRequest, .limit = PARTNERS_LEAST)
WORK (list_partners_behind, "Partners/ListPartners", list_partners_request, ListPartnersRequest, .after = THING + 3,
      .limit = PARTNERS_LEAST / 2)
WORK (list_meetings, "Partners/ListMeetings", list_meetings_request, ListMeetingsRequest, .limit = ROWS)
WORK (list_meetings_with, "Partners/ListMeetings", list_meetings_request, ListMeetingsRequest, .partner = THING + 3,
      .limit = ROWS)
WORK (record_meeting, "Partners/RecordMeeting", record_meeting_request, RecordMeetingRequest, .partner = THING + 3,
      .about = TEXT ("Cykler"))
WORK (list_initiatives, "Partners/ListInitiatives", list_initiatives_request, ListInitiativesRequest, .limit = ROWS)
WORK (start_initiative, "Partners/StartInitiative", start_initiative_request, StartInitiativeRequest,
      .title = TEXT ("Værksted"), .purpose = TEXT ("Småjob"), .district = 3)
WORK (conclude_initiative, "Partners/ConcludeInitiative", conclude_initiative_request, ConcludeInitiativeRequest,
      .initiative = house->last_id, .outcome = LEASE__INITIATIVE_OUTCOME__REACHED, .result = TEXT ("x"))

/* --- L11 --- */

WORK (list_items, "Equipment/ListItems", list_items_request, ListItemsRequest, .limit = ROWS)
WORK (list_bikes, "Equipment/ListItems", list_items_request, ListItemsRequest, .kind = TEXT ("cykel"), .limit = ROWS)
WORK (list_lent, "Equipment/ListItems", list_items_request, ListItemsRequest, .out = true, .limit = ROWS)
WORK (list_loans, "Equipment/ListLoans", list_loans_request, ListLoansRequest, .item = THING + 4, .limit = ROWS)
WORK (lend_item, "Equipment/LendItem", lend_item_request, LendItemRequest, .item = THING + 1, .tenant = TENANT,
      .due_day = today () + 9)
WORK (return_item, "Equipment/ReturnItem", return_item_request, ReturnItemRequest, .item = THING + 1,
      .condition = LEASE__ITEM_CONDITION__GOOD)

/* --- letters --- */

WORK (write_answer, "Letters/WriteLetter", write_letter_request, WriteLetterRequest,
      .kind = LEASE__LETTER_KIND__WAITLIST_ANSWER, .about = fill_entry (round % 20))
WORK (write_arrears, "Letters/WriteLetter", write_letter_request, WriteLetterRequest,
      .kind = LEASE__LETTER_KIND__ARREARS_LIST)
WORK (write_line, "Letters/WriteLetter", write_letter_request, WriteLetterRequest,
      .kind = LEASE__LETTER_KIND__WAITLIST_LIST)

const work_t DAY_WORKS[] = {
    { "ListRooms", list_rooms, NULL, NULL, ROUNDS, "pages of 3" },
    { "FindRooms", find_rooms, NULL, NULL, ROUNDS, NULL },
    { "ListBookings", list_bookings, NULL, NULL, ROUNDS, NULL },
    { "ListBookings, behind one", list_bookings_behind, NULL, NULL, ROUNDS, NULL },
    { "ListBookings, of a room", list_bookings_of_room, NULL, NULL, ROUNDS, NULL },
    { "GetRoomCalendar", get_calendar, NULL, NULL, ROUNDS, NULL },
    { "ListOpeningHours", list_hours, NULL, NULL, ROUNDS, NULL },
    { "BookRoom", book_room, NULL, release_booking, ROUNDS, NULL },
    { "ReleaseRoom", release_booking, book_room, NULL, ROUNDS, NULL },
    { "ChangeBooking", change_booking, book_room, NULL, ROUNDS, NULL },
    { "BookSeries, 8 weeks", book_series, NULL, release_series, ROUNDS, NULL },
    { "ReleaseSeries, 8 weeks", release_series, book_series, NULL, ROUNDS, NULL },
    { "RankSites", rank_sites, NULL, NULL, ROUNDS, NULL },
    { "DecideSite", decide_site, NULL, NULL, ROUNDS, NULL },
    { "ListSiteDecisions", list_decisions, NULL, NULL, ROUNDS, NULL },
    { "CheckRents", check_rents, NULL, NULL, ROUNDS, NULL },
    { "CheckRents, ten days ago", check_rents_then, NULL, NULL, ROUNDS, NULL },
    { "RecordAid", record_aid, NULL, NULL, ROUNDS, NULL },
    { "ListAid", list_aid, NULL, NULL, ROUNDS, NULL },
    { "CompareReturns", compare_returns, NULL, NULL, ROUNDS, "20 tenants, 12 months" },
    { "ListTasks", list_tasks, NULL, NULL, ROUNDS, NULL },
    { "ListTasks, of one", list_own_tasks, NULL, NULL, ROUNDS, NULL },
    { "ListTasks, done by one", list_done_tasks, NULL, NULL, ROUNDS, NULL },
    { "OpenTask", open_task, NULL, close_task, ROUNDS, NULL },
    { "CloseTask", close_task, open_task, NULL, ROUNDS, NULL },
    { "ListPartners", list_partners, NULL, NULL, ROUNDS, "pages of 10" },
    { "ListPartners, behind one", list_partners_behind, NULL, NULL, ROUNDS, "pages of 5" },
    { "ListMeetings", list_meetings, NULL, NULL, ROUNDS, NULL },
    { "ListMeetings, with one", list_meetings_with, NULL, NULL, ROUNDS, NULL },
    { "RecordMeeting", record_meeting, NULL, NULL, ROUNDS, NULL },
    { "ListInitiatives", list_initiatives, NULL, NULL, ROUNDS, NULL },
    { "StartInitiative", start_initiative, NULL, conclude_initiative, ROUNDS, NULL },
    { "ConcludeInitiative", conclude_initiative, start_initiative, NULL, ROUNDS, NULL },
    { "ListItems", list_items, NULL, NULL, ROUNDS, NULL },
    { "ListItems, of a kind", list_bikes, NULL, NULL, ROUNDS, NULL },
    { "ListItems, lent", list_lent, NULL, NULL, ROUNDS, NULL },
    { "ListLoans", list_loans, NULL, NULL, ROUNDS, NULL },
    { "LendItem", lend_item, NULL, return_item, ROUNDS, NULL },
    { "ReturnItem", return_item, lend_item, NULL, ROUNDS, NULL },
    { "WriteLetter, answer", write_answer, NULL, NULL, ROUNDS, NULL },
    { "WriteLetter, arrears", write_arrears, NULL, NULL, ROUNDS, NULL },
    { "WriteLetter, waiting list", write_line, NULL, NULL, ROUNDS, "200 rows" },
    { 0 },
};
