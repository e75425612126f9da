#include "console/daily_words.h"

#include <stddef.h>

const daily_example_t DAILY_EXAMPLES[] = {
    { "lease", "house", "2026-12-31" },
    { "lease", "bookings", "2026-05-18 2026-05-24" },
    { "lease", "book", "Lygten '2026-05-18 10:00' '2026-05-18 11:30' Husmøde --tenant 'Husum Kaffe'" },
    { "lease", "book-series",
      "Broen '2026-05-05 16:00' '2026-05-05 17:00' 'FREQ=MONTHLY;BYDAY=1TU;UNTIL=20261231' Lejermøde"
      " --skip_taken yes" },
    { "lease", "find-room", "'2026-05-18 10:00' '2026-05-18 11:30' 8 --equipment projektor --step_free yes" },
    { "lease", "move", "1027 '2026-05-18 12:00'" },
    { "lease", "room-rules", "Lygten --buffer_minutes 15 --tenant_minutes 600 --no_show_minutes 20" },
    { "lease", "room-has", "Broen 'projektor|whiteboard'" },
    { "lease", "set-hours", "Fyrtårnet 'mandag|tirsdag|onsdag|torsdag|fredag' 08:00 22:00" },
    { "lease", "calendar", "Lygten > lygten.ics" },
    { "lease", "register", "12345674 'Husum Kaffe'" },
    { "lease", "offer", "'Husum Kaffe' Fyrtårnet 3 2026-06-01 --answer_by '2026-05-20 12:00'" },
    { "lease", "sign", "'Husum Kaffe'" },
    { "lease", "notice", "'Husum Kaffe' 2026-06-15" },
    { "lease", "sites", "pris 60" },
    { "lease", "decide-site", "'Tagensvej 200' 'Først på listen, og klar til februar'" },
    { "lease", "task", "fejl 'Radiator drypper' jens.krogh 2026-03-20 --room Lygten" },
    { "lease", "done", "'Radiator drypper' 'Ny pakning'" },
    { "lease", "met", "'Boligforeningen Lundevænget' 'Cykler' 'De giver 20' 2026-04-14" },
    { "lease", "lend", "'Cykel 4' 'Husum Kaffe' 2026-05-19" },
    { "lease", "return", "'Cykel 4' slidt 'Baglygten skal skiftes'" },
    { "lease", "market-rent", "Fyrtårnet 2026-01-01 1.800,00 'Vurdering fra mægler, december 2025'" },
    { "lease", "record-aid", "'Husum Kaffe' 10.800,00 'Forordning 2023/2831, art. 3'" },
    { NULL, NULL, NULL },
};
