/* L9: what has to be done in the house, by whom and until when. */
#include "lease/lease.h"

#include "contract/lease.handlers.h"

#include <inttypes.h>

typedef struct {
    int64_t kind;
    const char *title, *owner;
    sql_value_t premises, room;
    int32_t due_day;
    uint32_t repeat_months;
} task_t;

static status_t check_place (txn_t *txn, uint64_t premises, uint64_t room, fault_t *reterr)
{
    premises_t found;
    room_t inside;
    status_t status = premises ? premises_find (txn, premises, &found, reterr) : STATUS_OK;
    return status == STATUS_OK && room ? room_find (txn, room, &inside, reterr) : status;
}

static uint64_t write_task (txn_t *txn, const task_t *task)
{
    uint64_t id = txn_new_id (txn);
    (void) txn_run (txn,
                    "INSERT INTO task (id, kind, title, premises, room, owner, due_day, repeat_months, opened_day)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                    id, task->kind, task->title, task->premises, task->room, task->owner, task->due_day,
                    task->repeat_months, txn_today (txn));
    return id;
}

/* One that is not done. */
static status_t find_task (txn_t *txn, uint64_t id, task_t *ret_task, fault_t *reterr)
{
    char day[ISO_DAY_SIZE];
    rows_t *row = txn_row (txn,
                           "SELECT kind, title, owner, premises, room, due_day, repeat_months, closed_day FROM task"
                           " WHERE id = $1",
                           id);
    if (!row)
        return fault (reterr, STATUS_NOT_FOUND, "LEASE_TASK_UNKNOWN", "there is no task {task=%" PRIu64 "}", id);
    if (!rows_is_null (row, 7))
        return fault (reterr, STATUS_FAILED_PRECONDITION, "LEASE_TASK_CLOSED", "it was done on {day=%s}",
                      day_text ((int32_t) rows_int (row, 7), day));
    *ret_task = (task_t){
        .kind = rows_int (row, 0),
        .title = txn_text (txn, rows_text (row, 1)),
        .owner = txn_text (txn, rows_text (row, 2)),
        .premises = number_or_null (rows_int (row, 3)),
        .room = number_or_null (rows_int (row, 4)),
        .due_day = (int32_t) rows_int (row, 5),
        .repeat_months = (uint32_t) rows_uint (row, 6),
    };
    rows_close (row);
    return STATUS_OK;
}

status_t lease_open_task (txn_t *txn, const Lease__OpenTaskRequest *request, Lease__OpenTaskReply *reply,
                          fault_t *reterr)
{
    status_t status = check_place (txn, request->premises, request->room, reterr);
    if (status != STATUS_OK)
        return status;
    reply->task = write_task (txn, &(task_t){
                                       .kind = request->kind,
                                       .title = request->title,
                                       .owner = request->owner,
                                       .premises = number_or_null ((int64_t) request->premises),
                                       .room = number_or_null ((int64_t) request->room),
                                       .due_day = request->due_day,
                                       .repeat_months = request->repeat_months,
                                   });
    return STATUS_OK;
}

status_t lease_hand_task (txn_t *txn, const Lease__HandTaskRequest *request, Lease__HandTaskReply *reply,
                          fault_t *reterr)
{
    (void) reply;
    task_t task;
    status_t status = find_task (txn, request->task, &task, reterr);
    if (status == STATUS_OK)
        (void) txn_run (txn, "UPDATE task SET owner = $2, due_day = $3 WHERE id = $1", request->task,
                        request->owner[0] ? request->owner : task.owner, day_or (request->due_day, task.due_day));
    return status;
}

/* The next one is due so many months after the last one was, but not in the past: a yearly inspection that was two
 * years late is due within the year. */
static int32_t next_due_day (const task_t *task, int32_t today)
{
    int32_t day = task->due_day;
    for (uint32_t n = 1; day <= today || n == 1; n++)
        day = day_add_months (task->due_day, (int) (n * task->repeat_months));
    return day;
}

status_t lease_close_task (txn_t *txn, const Lease__CloseTaskRequest *request, Lease__CloseTaskReply *reply,
                           fault_t *reterr)
{
    task_t task;
    status_t status = find_task (txn, request->task, &task, reterr);
    if (status != STATUS_OK)
        return status;
    (void) txn_run (txn, "UPDATE task SET closed_day = $2, outcome = $3 WHERE id = $1", request->task, txn_today (txn),
                    request->outcome);
    if (task.repeat_months) {
        reply->next_due_day = task.due_day = next_due_day (&task, txn_today (txn));
        reply->next_task = write_task (txn, &task);
    }
    return STATUS_OK;
}

/* --- ListTasks --- */

#define TASK_COLUMNS                                                                                                   \
    "SELECT task.id, task.kind, task.title, task.owner, task.due_day, task.repeat_months, task.closed_day,"            \
    " task.outcome, coalesce (premises.name, of_room.name, ''), coalesce (room.name, '') FROM task"                    \
    " LEFT JOIN premises ON premises.id = task.premises LEFT JOIN room ON room.id = task.room"                         \
    " LEFT JOIN premises AS of_room ON of_room.id = room.premises"
#define CLOSED TASK_COLUMNS " WHERE task.closed_day IS NOT NULL"
#define OPEN TASK_COLUMNS " WHERE task.closed_day IS NULL AND task.due_day < $2 AND ($3 = 0 OR task.kind = $3)"
#define NEWEST " ORDER BY task.id DESC LIMIT $1"
#define MOST_URGENT " ORDER BY task.due_day, task.id LIMIT $1"

/* What is open is never much; what was ever closed is, and is read by an index whatever is asked of it. */
static rows_t *query_tasks (txn_t *txn, const Lease__ListTasksRequest *request)
{
    int kind = (int) request->kind;
    uint32_t limit = list_limit (request->limit);
    int32_t due_before = request->overdue ? txn_today (txn) : INT32_MAX;
    const char *owner = request->owner;
    if (!request->closed)
        return owner[0] ? txn_query (txn, OPEN " AND task.owner = $4" MOST_URGENT, limit, due_before, kind, owner)
                        : txn_query (txn, OPEN MOST_URGENT, limit, due_before, kind);
    if (owner[0])
        return txn_query (txn, CLOSED " AND task.owner = $2 AND ($3 = 0 OR task.kind = $3)" NEWEST, limit, owner, kind);
    return kind ? txn_query (txn, CLOSED " AND task.kind = $2" NEWEST, limit, kind)
                : txn_query (txn, CLOSED NEWEST, limit);
}

static void read_task (txn_t *txn, rows_t *rows, Lease__Task *task)
{
    task->task = rows_uint (rows, 0);
    task->kind = (Lease__TaskKind) rows_int (rows, 1);
    task->title = txn_text (txn, rows_text (rows, 2));
    task->owner = txn_text (txn, rows_text (rows, 3));
    task->due_day = (int32_t) rows_int (rows, 4);
    task->repeat_months = (uint32_t) rows_uint (rows, 5);
    task->closed_day = (int32_t) rows_int (rows, 6);
    task->overdue = !task->closed_day && task->due_day < txn_today (txn);
    task->outcome = txn_text (txn, rows_text (rows, 7));
    bool both = rows_text (rows, 8)[0] && rows_text (rows, 9)[0];
    task->where = txn_format (txn, "%s%s%s", rows_text (rows, 8), both ? ", " : "", rows_text (rows, 9));
}

status_t lease_list_tasks (txn_t *txn, const Lease__ListTasksRequest *request, Lease__ListTasksReply *reply,
                           fault_t *reterr)
{
    (void) reterr;
    rows_t *rows = query_tasks (txn, request);
    while (rows_next (rows))
        read_task (txn, rows, txn_add (txn, reply->tasks, reply->n_tasks, lease__task));
    return STATUS_OK;
}
