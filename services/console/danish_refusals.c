#include "console/danish.h"

#include "base/status.h"
#include "base/time.h"
#include "danish/money.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *contract, *danish;
} pair_t;

/* What staff of lease and guidance meet in a day, sorted by reason; what else there is says so in English. Of the
 * sentences of one reason the first is taken of which every value is there, so the last one of each needs none.
 * `{desk}` is the value called desk, `{%state}` the same from PHRASES,
 * `{$granted}` whole kroner, `{#field}` the heading of a field. */
static const pair_t SENTENCES[] = {
    { "ACTOR_REQUIRED", "Sig hvem du er: --actor, eller FYR_ACTOR" },
    { "CALLER_NOT_ALLOWED", "Den nøgle må ikke det" },
    { "CALL_GIVEN_UP", "Den anden tjeneste svarede ikke i tide" },
    { "FIELD_UNKNOWN", "Der er intet felt, der hedder {field}" },
    { "FIELD_UNKNOWN", "{text} er ét ord for meget" },
    { "FIELD_UNKNOWN", "Det felt findes ikke" },
    { "FIELD_UNREADABLE", "{#field}: skal være en af {choices}" },
    { "FIELD_UNREADABLE", "{#field}: skal være {%wanted}" },
    { "FIELD_UNREADABLE", "Det kan ikke læses" },
    { "FILE_UNREADABLE", "{file} kan ikke læses, eller er for lang" },
    { "FILE_UNREADABLE", "Filen kan ikke læses" },
    { "GUIDANCE_CVR_KNOWN", "CVR-nummeret hører til deltager {participant}" },
    { "GUIDANCE_CVR_KNOWN", "CVR-nummeret hører til en anden deltager" },
    { "GUIDANCE_CVR_NOT_EXPECTED", "Kun virksomheder har CVR-nummer" },
    { "GUIDANCE_CVR_REQUIRED", "En virksomhed skal have CVR-nummer" },
    { "GUIDANCE_GUIDE_AWAY", "Vejlederen arbejder ikke på det tidspunkt" },
    { "GUIDANCE_GUIDE_BUSY", "Vejlederen har session {session} på det tidspunkt" },
    { "GUIDANCE_GUIDE_BUSY", "Vejlederen er optaget på det tidspunkt" },
    { "GUIDANCE_GUIDE_COMPETENCE", "Vejlederen giver ikke den slags vejledning" },
    { "GUIDANCE_GUIDE_UNKNOWN", "Vejleder {guide} findes ikke" },
    { "GUIDANCE_GUIDE_UNKNOWN", "Den vejleder findes ikke" },
    { "GUIDANCE_HOURS", "En dag har højst {most} arbejdstider, den ene efter den anden" },
    { "GUIDANCE_HOURS", "Arbejdstiderne passer ikke sammen" },
    { "GUIDANCE_KIND", "Sig hvad der vejledes i" },
    { "GUIDANCE_NOT_A_FOUNDER", "Deltager {participant} er ikke iværksætter" },
    { "GUIDANCE_NOT_A_FOUNDER", "Kun en iværksætter kan stifte" },
    { "GUIDANCE_NOT_ON_THE_MINUTE", "En session begynder på et helt minut" },
    { "GUIDANCE_OFFER_KNOWN", "Tilbud {offer} hedder det samme" },
    { "GUIDANCE_OFFER_KNOWN", "Det tilbud findes allerede" },
    { "GUIDANCE_OFFER_UNKNOWN", "Tilbud {offer} findes ikke" },
    { "GUIDANCE_OFFER_UNKNOWN", "Det tilbud findes ikke" },
    { "GUIDANCE_PARTICIPANT_REQUIRED", "Sig hvem sessionen er for" },
    { "GUIDANCE_PARTICIPANT_UNKNOWN", "Deltager {participant} findes ikke" },
    { "GUIDANCE_PARTICIPANT_UNKNOWN", "Den deltager findes ikke" },
    { "GUIDANCE_ROOM_ASKED", "Der er allerede spurgt om et andet lokale" },
    { "GUIDANCE_ROOM_NOT_NEEDED", "Tilbuddet gives uden lokale" },
    { "GUIDANCE_ROOM_NOT_RELEASED", "TMF's system ville ikke tage lokalet tilbage ({reason})" },
    { "GUIDANCE_ROOM_NOT_RELEASED", "TMF's system ville ikke tage lokalet tilbage" },
    { "GUIDANCE_ROOM_REQUIRED", "Sig hvilket lokale" },
    { "GUIDANCE_SEAT_KNOWN", "Deltageren er med allerede" },
    { "GUIDANCE_SEAT_UNKNOWN", "Deltager {participant} er ikke tilmeldt" },
    { "GUIDANCE_SEAT_UNKNOWN", "Deltageren er ikke tilmeldt" },
    { "GUIDANCE_SESSION_FULL", "Alle {seats} pladser er optaget" },
    { "GUIDANCE_SESSION_FULL", "Alle pladser er optaget" },
    { "GUIDANCE_SESSION_NOT_BEGUN", "Session {session} er ikke begyndt" },
    { "GUIDANCE_SESSION_NOT_BEGUN", "Sessionen er ikke begyndt" },
    { "GUIDANCE_SESSION_NOT_BOOKED", "Session {session} er ikke booket" },
    { "GUIDANCE_SESSION_NOT_BOOKED", "Sessionen er ikke booket" },
    { "GUIDANCE_SESSION_OVER", "Session {session} er forbi" },
    { "GUIDANCE_SESSION_OVER", "Sessionen er forbi" },
    { "GUIDANCE_SESSION_UNKNOWN", "Session {session} findes ikke" },
    { "GUIDANCE_SESSION_UNKNOWN", "Den session findes ikke" },
    { "JSON_BAD_FIELD", "{#field} {%flaw}" },
    { "JSON_BAD_FIELD", "Noget mangler eller er ikke rigtigt" },
    { "KEY_REFUSED", "{service} tager ikke imod nøglen" },
    { "KEY_REFUSED", "Tjenesten tager ikke imod nøglen" },
    { "KEY_UNKNOWN", "Nøglen {secret} står ikke i nøgletabellen" },
    { "KEY_UNKNOWN", "Nøglen står ikke i nøgletabellen" },
    { "LEASE_AID_CEILING", "Støtten kommer over loftet for de minimis: {$granted} er givet inden for tre år, og "
                           "loftet er {$ceiling}" },
    { "LEASE_AID_CEILING", "Støtten kommer over loftet for de minimis" },
    { "LEASE_AID_OF_OTHERS", "Støtten er givet af en anden, som selv indberetter den" },
    { "LEASE_AID_REPORTED", "Støtten er indberettet som {reference}" },
    { "LEASE_AID_REPORTED", "Støtten er indberettet" },
    { "LEASE_AID_UNKNOWN", "Støtte {aid} findes ikke" },
    { "LEASE_AID_UNKNOWN", "Den støtte findes ikke" },
    { "LEASE_ALREADY_WAITING", "Lejeren står allerede på ventelisten, som nr. {entry} i bogen" },
    { "LEASE_ALREADY_WAITING", "Lejeren står allerede på ventelisten" },
    { "LEASE_ANSWER_BY_PAST", "Svarfristen er overskredet" },
    { "LEASE_AWAY", "TMF's system svarede ikke i tide" },
    { "LEASE_BEFORE_OFFER", "Lejemålet begynder før pladserne er holdt" },
    { "LEASE_BOOKING_EARLY", "Man melder sig tidligst en time før" },
    { "LEASE_BOOKING_GONE", "Booking {booking} findes ikke" },
    { "LEASE_BOOKING_GONE", "Bookingen findes ikke" },
    { "LEASE_BOOKING_OF_OTHERS", "Bookingen hører til {%by}, og kun de eller TMF kan ændre den" },
    { "LEASE_BOOKING_OF_OTHERS", "Bookingen er en anden forvaltnings" },
    { "LEASE_BOOKING_RELEASED", "Bookingen er givet tilbage" },
    { "LEASE_BOOKING_TIMES", "En booking slutter efter den begynder, inden for 24 timer" },
    { "LEASE_BOOKING_UNNAMED", "Sig hvilken booking" },
    { "LEASE_CALENDAR_TOO_LARGE", "Kalenderen er for stor: vælg en senere dag" },
    { "LEASE_CHARGED_ALREADY", "Lejen er opkrævet til og med {until}" },
    { "LEASE_CHARGED_ALREADY", "Måneden er opkrævet" },
    { "LEASE_COSTS_SETTLED", "Året er gjort op med et andet beløb (opgørelse {settlement})" },
    { "LEASE_COSTS_SETTLED", "Året er gjort op" },
    { "LEASE_CRITERION_REPEATED", "Hvert kriterium kan stå én gang" },
    { "LEASE_DAYS_REVERSED", "Den sidste dag ligger før den første" },
    { "LEASE_DEMAND_UNKNOWN", "Påkrav {demand} findes ikke" },
    { "LEASE_DEMAND_UNKNOWN", "Det påkrav findes ikke" },
    { "LEASE_DESKS_APART", "Pladserne står ikke i samme hus" },
    { "LEASE_DESKS_TOO_FEW", "Der er ikke ledige pladser nok de dage: der skal bruges {count}" },
    { "LEASE_DESKS_TOO_FEW", "Så mange pladser er ikke ledige" },
    { "LEASE_DESKS_UNCLEAR", "Sig enten hvilke pladser eller hvor mange" },
    { "LEASE_DESK_EXISTS", "Huset har en plads, der hedder {desk}" },
    { "LEASE_DESK_EXISTS", "Huset har en plads af det navn" },
    { "LEASE_DESK_NOT_YET", "Plads {desk} kan lejes ud fra {from}" },
    { "LEASE_DESK_NOT_YET", "Pladsen kan ikke lejes ud endnu" },
    { "LEASE_DESK_REPEATED", "Plads {desk} står to gange" },
    { "LEASE_DESK_REPEATED", "Samme plads står to gange" },
    { "LEASE_DESK_TAKEN", "Plads {desk} er taget til og med {until}" },
    { "LEASE_DESK_TAKEN", "Plads {desk} er taget fra {from}" },
    { "LEASE_DESK_TAKEN", "Pladsen er taget de dage" },
    { "LEASE_DESK_UNKNOWN", "Plads {desk} findes ikke" },
    { "LEASE_DESK_UNKNOWN", "Den plads findes ikke" },
    { "LEASE_ENDS_SOONER", "Lejemålet slutter {ends}; en opsigelse ville først virke {would}" },
    { "LEASE_ENDS_SOONER", "Lejemålet ville ikke blive længere af det" },
    { "LEASE_ENTRY_UNKNOWN", "Nr. {entry} står ikke i ventelistens bog" },
    { "LEASE_ENTRY_UNKNOWN", "Det står ikke på ventelisten" },
    { "LEASE_GROUND_REQUIRED", "Husets opsigelse skal begrundes" },
    { "LEASE_HOURS_UNREADABLE", "Tider skrives som 08:00 og 22:00, den første før den anden" },
    { "LEASE_HOUSE_CLOSED", "Huset er lukket til og med {until}: {why}" },
    { "LEASE_HOUSE_CLOSED", "Huset er lukket den dag" },
    { "LEASE_HOUSE_NOT_OPEN", "Huset har åbent {opens}-{closes} på {%weekday}" },
    { "LEASE_HOUSE_NOT_OPEN", "Huset har lukket på {%weekday}" },
    { "LEASE_HOUSE_NOT_OPEN", "Huset har ikke åbent på det tidspunkt" },
    { "LEASE_INITIATIVE_CONCLUDED", "Initiativet blev afsluttet {day}" },
    { "LEASE_INITIATIVE_CONCLUDED", "Initiativet er afsluttet" },
    { "LEASE_INITIATIVE_UNKNOWN", "Initiativ {initiative} findes ikke" },
    { "LEASE_INITIATIVE_UNKNOWN", "Det initiativ findes ikke" },
    { "LEASE_ITEM_EXISTS", "Der er en ting, der hedder {name}" },
    { "LEASE_ITEM_EXISTS", "Der er en ting af det navn" },
    { "LEASE_ITEM_IN", "Tingen er ikke lånt ud" },
    { "LEASE_ITEM_OUT", "Tingen er lånt ud til {who}, til {until}" },
    { "LEASE_ITEM_OUT", "Tingen er lånt ud" },
    { "LEASE_ITEM_UNFIT", "Tingen kan ikke lånes ud: den er {%condition}" },
    { "LEASE_ITEM_UNFIT", "Tingen kan ikke lånes ud, som den er" },
    { "LEASE_ITEM_UNKNOWN", "Ting {item} findes ikke" },
    { "LEASE_ITEM_UNKNOWN", "Den ting findes ikke" },
    { "LEASE_LETTER_TOO_LONG", "Brevet bliver længere end {most} tegn" },
    { "LEASE_LETTER_TOO_LONG", "Brevet bliver for langt" },
    { "LEASE_LETTER_UNKNOWN", "Det er der ikke noget brev om" },
    { "LEASE_MONTH_AHEAD", "Der kan højst opkræves en måned frem" },
    { "LEASE_NOTHING_CHANGED", "Der er ikke noget at ændre" },
    { "LEASE_NOTHING_TO_RETURN", "Der er intet depositum at betale tilbage" },
    { "LEASE_NOTICE_AHEAD", "En opsigelse regnes fra den dag, den kom, og den dag er ikke kommet" },
    { "LEASE_NOTICE_TOO_EARLY", "Den dag var lejemålet ikke begyndt" },
    { "LEASE_NOT_CHARGED_YET", "Lejemål {lease} er ikke opkrævet for hele året" },
    { "LEASE_NOT_CHARGED_YET", "Det er ikke opkrævet endnu" },
    { "LEASE_NOT_OVERDUE", "Der er ikke noget forfaldent: påkrav kan sendes fra {from}" },
    { "LEASE_NOT_OVERDUE", "Der er ikke noget forfaldent" },
    { "LEASE_NOT_WAITING", "Nr. {entry} venter ikke mere" },
    { "LEASE_NOT_WAITING", "Lejeren venter ikke mere" },
    { "LEASE_NO_DESKS", "Huset havde ingen pladser det år" },
    { "LEASE_NO_OFFER", "Nr. {entry} har intet tilbud at svare på" },
    { "LEASE_NO_OFFER", "Der er intet tilbud at svare på" },
    { "LEASE_NO_REPLAY", "Ventelisten er ikke genberegnet" },
    { "LEASE_OF_OTHERS", "Lejemål {lease} er en anden lejers" },
    { "LEASE_OF_OTHERS", "Lejemålet er en anden lejers" },
    { "LEASE_PARTNER_EXISTS", "Der er en partner, der hedder {name}" },
    { "LEASE_PARTNER_EXISTS", "Der er en partner af det navn" },
    { "LEASE_PARTNER_UNKNOWN", "Partner {partner} findes ikke" },
    { "LEASE_PARTNER_UNKNOWN", "Den partner findes ikke" },
    { "LEASE_PAYMENT_AHEAD", "Betalingen er dateret frem i tiden" },
    { "LEASE_PAYMENT_KNOWN", "Betalingen er allerede bogført som nr. {payment}" },
    { "LEASE_PAYMENT_KNOWN", "Betalingen er allerede bogført" },
    { "LEASE_PAYMENT_UNKNOWN", "Betaling {payment} findes ikke" },
    { "LEASE_PAYMENT_UNKNOWN", "Den betaling findes ikke" },
    { "LEASE_PERIOD", "Der kan spørges om en til {most} måneder ad gangen" },
    { "LEASE_PERIOD", "Så mange måneder kan der ikke spørges om" },
    { "LEASE_PREMISES_EXIST", "Der er et hus, der hedder {name}" },
    { "LEASE_PREMISES_EXIST", "Der er et hus af det navn" },
    { "LEASE_PREMISES_UNKNOWN", "Hus {premises} findes ikke" },
    { "LEASE_PREMISES_UNKNOWN", "Det hus findes ikke" },
    { "LEASE_RECURRENCE_ENDLESS", "Gentagelsen skal have en ende: COUNT eller UNTIL" },
    { "LEASE_RECURRENCE_NO_LIBRARY", "Gentagelser kan ikke læses på denne maskine ({file} mangler)" },
    { "LEASE_RECURRENCE_NO_LIBRARY", "Gentagelser kan ikke læses på denne maskine" },
    { "LEASE_RECURRENCE_OFF_START", "Gentagelsen rammer ikke sin første dag" },
    { "LEASE_RECURRENCE_TOO_LONG", "En serie er højst 60 gange inden for to år" },
    { "LEASE_RECURRENCE_UNREADABLE", "Gentagelsen kan ikke læses; den skrives som FREQ=WEEKLY;BYDAY=TU;COUNT=10" },
    { "LEASE_RECURRENCE_UNSUPPORTED", "Den slags gentagelse bruges ikke til lokaler: dage, uger, måneder eller år, med "
                                      "FREQ, INTERVAL, COUNT, UNTIL, BYDAY, BYMONTHDAY, BYMONTH, BYSETPOS og WKST" },
    { "LEASE_REFUSED", "TMF's system sagde nej" },
    { "LEASE_ROOM_EXISTS", "Huset har et lokale, der hedder {name}" },
    { "LEASE_ROOM_EXISTS", "Huset har et lokale af det navn" },
    { "LEASE_ROOM_MOVED", "TMF har flyttet lokalet til en tid, hvor vejlederen ikke kan" },
    { "LEASE_ROOM_NOT_APPROVED", "TMF har ikke sagt ja til lokalet" },
    { "LEASE_ROOM_QUOTA", "Lejeren har brugt {used} af sine {most} minutter i lokalet i {month}" },
    { "LEASE_ROOM_QUOTA", "Lejeren har brugt sine timer i lokalet den måned" },
    { "LEASE_ROOM_RELEASED", "TMF har taget lokalet tilbage" },
    { "LEASE_ROOM_TAKEN", "Lokalet er optaget: {title} (booking {booking}, {%by}) står der {from} til {until}" },
    { "LEASE_ROOM_TAKEN", "Lokalet er optaget: booking {booking} ({%by}) står der {from} til {until}" },
    { "LEASE_ROOM_TAKEN", "Lokalet er optaget" },
    { "LEASE_ROOM_UNKNOWN", "Lokale {room} findes ikke" },
    { "LEASE_ROOM_UNKNOWN", "Det lokale findes ikke" },
    { "LEASE_RULES_INCOMPLETE", "Reglen {rule} har intet tal for {day}: indlæs reglerne" },
    { "LEASE_RULES_INCOMPLETE", "Der mangler en regel for den dag" },
    { "LEASE_RULES_UNREADABLE", "Regelfilen kan ikke læses: linje {line}, kolonne {column}: {problem}" },
    { "LEASE_RULES_UNREADABLE", "Regelfilen kan ikke læses: {problem}" },
    { "LEASE_RULES_UNREADABLE", "Regelfilen kan ikke læses" },
    { "LEASE_RUN_UNDER_WAY", "{month} er ved at blive opkrævet" },
    { "LEASE_RUN_UNDER_WAY", "En opkrævning er allerede i gang" },
    { "LEASE_SEARCH_UNCLEAR", "Mindst {least} og højst {most} pladser går ikke sammen" },
    { "LEASE_SEARCH_UNCLEAR", "Færrest pladser er flere end flest" },
    { "LEASE_SERIES_EMPTY", "Intet i serien kan bookes" },
    { "LEASE_SERIES_UNKNOWN", "Serie {series} findes ikke" },
    { "LEASE_SERIES_UNKNOWN", "Den serie findes ikke" },
    { "LEASE_SITE_EXISTS", "Der er et sted, der hedder {name}" },
    { "LEASE_SITE_EXISTS", "Der er et sted af det navn" },
    { "LEASE_SITE_UNKNOWN", "Sted {site} findes ikke" },
    { "LEASE_SITE_UNKNOWN", "Det sted findes ikke" },
    { "LEASE_TASK_CLOSED", "Opgaven blev udført {day}" },
    { "LEASE_TASK_CLOSED", "Opgaven er udført" },
    { "LEASE_TASK_UNKNOWN", "Opgave {task} findes ikke" },
    { "LEASE_TASK_UNKNOWN", "Den opgave findes ikke" },
    { "LEASE_TEMPLATE_WRONG", "Skabelonen er ikke rigtig: linje {line}, kolonne {column}: {%flaw}{about}" },
    { "LEASE_TEMPLATE_WRONG", "Skabelonen er ikke rigtig: linje {line}, kolonne {column}: {%flaw}" },
    { "LEASE_TEMPLATE_WRONG", "Skabelonen er ikke rigtig" },
    { "LEASE_TENANT_EXISTS", "CVR-nummeret er allerede lejer {name} (nr. {tenant})" },
    { "LEASE_TENANT_EXISTS", "CVR-nummeret er allerede lejer" },
    { "LEASE_TENANT_UNKNOWN", "Lejer {tenant} findes ikke" },
    { "LEASE_TENANT_UNKNOWN", "Den lejer findes ikke" },
    { "LEASE_UNKNOWN", "Lejemål {lease} findes ikke" },
    { "LEASE_UNKNOWN", "Det lejemål findes ikke" },
    { "LEASE_WRONG_STATE", "Lejemål {lease} er {%state} og kan ikke blive {%wanted}" },
    { "LEASE_WRONG_STATE", "Det kan man ikke: lejemål {lease} er {%state}" },
    { "LEASE_WRONG_STATE", "Det kan man ikke, som lejemålet står nu" },
    { "LEASE_YEAR_NOT_OVER", "Året er ikke omme" },
    { "NO_KEY", "Ingen af nøglerne i {keys} må det; det kræver en af: {callers}" },
    { "NO_KEY", "Ingen af nøglerne her må det" },
    { "REASON_REQUIRED", "Sig hvorfor der ses i personoplysninger: --reason" },
    { "REPLY_FORGOTTEN", "Det er udført; svaret er slettet" },
    { "REPLY_TOO_LARGE", "Svaret bliver for stort: spørg om mindre ad gangen" },
    { "REQUEST_ID_REUSED", "Det nummer er brugt til noget andet" },
    { "SERVICE_AWAY", "{service} svarer ikke" },
    { "SERVICE_AWAY", "Tjenesten svarer ikke" },
    { "SERVICE_UNKNOWN", "Nøgletabellen har ingen tjeneste {service}" },
    { "SERVICE_UNKNOWN", "Nøgletabellen har ikke den tjeneste" },
    { "WIRE_BAD_FIELD", "{#field} {%flaw}" },
    { "WIRE_BAD_FIELD", "Noget mangler eller er ikke rigtigt" },
    { "WIRE_NO_MEMORY", "Tjenesten har for travlt lige nu: prøv igen" },
    { "WIRE_TOO_LARGE", "Det er for meget på én gang" },
};

/* What the messages of services say of a value in words. */
static const pair_t PHRASES[] = {
    { "a brace is not closed on its line; one that is meant itself is ",
      "en parentes lukkes ikke på sin linje; en, der skal stå der selv, skrives " },
    { "a name is missing, or too long, after ", "et navn mangler, eller er for langt, efter " },
    { "a width is a number from 1 to 200", "en bredde er et tal fra 1 til 200" },
    { "this letter has no rows for {hver}", "dette brev har ingen rækker til {hver}" },
    { "what stands first is none of the names ", "det første er ingen af navnene " },
    { "{hver} stands within another {hver}", "{hver} står inde i en anden {hver}" },
    { "{hver} without {slut}", "{hver} uden {slut}" },
    { "{slut} without {hver}", "{slut} uden {hver}" },
    { "Fridays", "fredage" },
    { "Mondays", "mandage" },
    { "Saturdays", "lørdage" },
    { "Sundays", "søndage" },
    { "Thursdays", "torsdage" },
    { "Tuesdays", "tirsdage" },
    { "Wednesdays", "onsdage" },
    { "a draft", "en kladde" },
    { "a time like \"2026-03-02 09:00\"", "et tidspunkt som \"2026-03-02 09:00\"" },
    { "a whole number", "et helt tal" },
    { "active", "i kraft" },
    { "an amount in kroner like 1.200,50", "et beløb i kroner som 1.200,50" },
    { "bif_desk", "BIF" },
    { "bridging", "brobygningen i SOF" },
    { "damaged", "beskadiget" },
    { "ended", "ophørt" },
    { "expired", "udløbet" },
    { "guidance", "vejledningen i BIF" },
    { "has to be a day such as \"2026-03-02\"", "skal være en dag som 2026-03-02 eller 2.3.2026" },
    { "has to be a month such as \"2026-03\"", "skal være en måned som 2026-03" },
    { "has to be a number in the range of its type", "skal være et tal, og ikke så stort" },
    { "has to be a list", "skal være en liste" },
    { "has to be an object", "skal være flere felter" },
    { "has to be bytes in lower-case hexadecimal", "skal være hexadecimalt" },
    { "has to be an instant such as \"2026-03-02T09:00:00Z\"", "skal være et tidspunkt som \"2026-03-02 09:00\"" },
    { "has to be one of the names of its enum", "er et ukendt ord" },
    { "has to be text without NUL", "skal være tekst" },
    { "has to be true or false", "skal være ja eller nej" },
    { "has too many items", "er for mange" },
    { "is no field of this message", "er intet felt her" },
    { "is one choice too many", "er ét valg for meget" },
    { "is an unknown value", "er et ukendt ord" },
    { "is missing", "mangler" },
    { "is not UTF-8 text without NUL", "er ikke tekst i UTF-8" },
    { "is not a CPR number", "er ikke et CPR-nummer" },
    { "is not a CVR number", "er ikke et CVR-nummer" },
    { "is not a day of the years 1900 to 2999", "er ikke en dag i årene 1900 til 2999" },
    { "is not a district from 1 to 10", "er ikke en bydel fra 1 til 10" },
    { "is not a finite number", "er ikke et tal" },
    { "is not a month of the years 1900 to 2999", "er ikke en måned i årene 1900 til 2999" },
    { "is not a name of a-z, 0-9 and '-' that begins with a letter", "skal skrives med a-z, 0-9 og '-'" },
    { "is not an instant of the years 1900 to 2999", "er ikke et tidspunkt i årene 1900 til 2999" },
    { "is outside its bounds", "er for stort eller for lille" },
    { "is there twice", "står der to gange" },
    { "is too long", "er for langt" },
    { "lost", "bortkommet" },
    { "no more parts than it has fields", "færre led" },
    { "offered", "tilbudt" },
    { "public holidays", "helligdage" },
    { "signed", "underskrevet" },
    { "sof_desk", "SOF" },
    { "tmf_desk", "TMF" },
    { "under notice", "opsagt" },
    { "withdrawn", "trukket tilbage" },
    { "yes or no", "ja eller nej" },
};

/* A sentence while it is written. */
typedef struct {
    char *text;
    size_t used;
    bool complete; /* every value it asked for was there */
} sentence_t;

static void add (sentence_t *self, const char *text)
{
    self->used += (size_t) snprintf (self->text + self->used, DANISH_SENTENCE_SIZE - self->used, "%s", text);
    if (self->used >= DANISH_SENTENCE_SIZE)
        self->used = DANISH_SENTENCE_SIZE - 1;
}

static const char *phrase (const char *english)
{
    for (size_t i = 0; i < sizeof PHRASES / sizeof PHRASES[0]; i++)
        if (strcmp (PHRASES[i].contract, english) == 0)
            return PHRASES[i].danish;
    return english;
}

/* Of "days[2].from_day" as it is typed, and what tables call it. */
static void add_field (sentence_t *self, const char *path)
{
    char name[FAULT_TEXT_MAX];
    const char *dot = strrchr (path, '.');
    snprintf (name, sizeof name, "%s", dot ? dot + 1 : path);
    name[strcspn (name, "[")] = '\0';
    const char *danish = danish_field (name);
    add (self, danish ? danish : path);
    if (danish && strcmp (danish, path) != 0) {
        add (self, " (");
        add (self, path);
        add (self, ")");
    }
}

/* An instant is shown as the clock on the wall in Copenhagen shows it: 2026-05-18 10:00. */
static void add_value (sentence_t *self, const char *value)
{
    char local[ISO_DAY_SIZE + sizeof " 10:00"], day[ISO_DAY_SIZE];
    int64_t instant;
    if (strlen (value) != sizeof "2026-05-18T10:00:00Z" - 1 || !instant_parse (value, &instant)) {
        add (self, value);
        return;
    }
    int minute = copenhagen_minute (instant);
    snprintf (local, sizeof local, "%s %02d:%02d", day_text (copenhagen_day (instant), day), minute / 60 % 24,
              minute % 60);
    add (self, local);
}

/* `place` is what stands between the braces. */
static void fill (sentence_t *self, const char *place, size_t place_length, const char *values)
{
    char name[FAULT_TEXT_MAX], text[FAULT_TEXT_MAX], money[MONEY_TEXT_SIZE];
    size_t length = 0;
    snprintf (name, sizeof name, "%.*s", (int) place_length, place);
    bool plain = islower ((unsigned char) name[0]);
    const char *value = fault_value (values, plain ? name : name + 1, &length);
    snprintf (text, sizeof text, "%.*s", (int) length, value ? value : "");
    self->complete = self->complete && text[0];
    if (plain)
        add_value (self, text);
    else if (name[0] == '#')
        add_field (self, text);
    else if (name[0] == '$')
        add (self, money_text (strtoll (text, NULL, 10) * 100, money));
    else
        add (self, phrase (text));
}

static bool write_sentence (const char *sentence, const char *values, char out[DANISH_SENTENCE_SIZE])
{
    sentence_t self = { .text = out, .complete = true };
    out[0] = '\0';
    while (*sentence) {
        char plain[DANISH_SENTENCE_SIZE];
        size_t length = strcspn (sentence, "{");
        snprintf (plain, sizeof plain, "%.*s", (int) length, sentence);
        add (&self, plain);
        sentence += length;
        if (*sentence == '\0')
            break;
        length = strcspn (sentence, "}");
        fill (&self, sentence + 1, length - 1, values);
        sentence += length + 1;
    }
    return self.complete;
}

const char *danish_refusal (const char *reason, const char *values, char out[DANISH_SENTENCE_SIZE])
{
    for (size_t i = 0; i < sizeof SENTENCES / sizeof SENTENCES[0]; i++)
        if (strcmp (SENTENCES[i].contract, reason) == 0 && write_sentence (SENTENCES[i].danish, values, out))
            return out;
    return NULL;
}

const char *danish_caller (const char *name)
{
    return phrase (name);
}

const char *danish_csv (const csv_problem_t *problem)
{
    switch (problem->fault) {
    case CSV_COMPLAINT:
        return problem->reason;
    case CSV_TOO_MANY_COLUMNS:
        return "flere kolonner, end der kan læses";
    case CSV_FIELD_TOO_LONG:
        return "feltet er for langt, eller dets anførselstegn lukkes ikke";
    case CSV_NOT_UTF8:
        return "teksten er ikke UTF-8";
    case CSV_QUOTE_OPEN:
        return "et anførselstegn åbnes og lukkes ikke";
    case CSV_TEXT_BEHIND_QUOTE:
        return "der står tekst efter det afsluttende anførselstegn";
    case CSV_QUOTE_INSIDE:
        return "et anførselstegn inde i et felt, der ikke begynder med et";
    case CSV_LONE_RETURN:
        return "et vognretur uden linjeskift";
    case CSV_NO_HEADER:
        return "filen er tom: den skal begynde med kolonnernes navne";
    case CSV_NAME_EMPTY:
        return "kolonnen har intet navn";
    case CSV_NAME_TWICE:
        return "to kolonner hedder det samme";
    case CSV_OTHER_COUNT:
        return "rækken har et andet antal felter end overskriften";
    }
    return problem->reason;
}
