#include "console/story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool in_english (void)
{
    const char *language = getenv ("FYR_LANG");
    return language && strcmp (language, "en") == 0;
}

static const char *say (const char *danish, const char *english)
{
    return in_english () ? english : danish;
}

static const char *text_of (json_t *entry)
{
    const char *text = json_string_value (json_object_get (entry, say ("danish", "english")));
    return text ? text : "";
}

/* Numbers come as text where they are too large for JSON. */
static long long number_of (json_t *object, const char *field)
{
    json_t *value = json_object_get (object, field);
    return json_is_string (value) ? strtoll (json_string_value (value), NULL, 10) : json_integer_value (value);
}

static const char *word_of (json_t *object, const char *field)
{
    const char *word = json_string_value (json_object_get (object, field));
    return word ? word : "";
}

static void tell_holders (json_t *nearest)
{
    size_t i;
    json_t *holder;
    json_array_foreach (json_object_get (nearest, "holders"), i, holder)
    {
        long long candidate = number_of (holder, "candidate"), score = number_of (holder, "score");
        if (candidate)
            printf ("      %lld", candidate);
        else
            printf ("      %s", say ("en borger, der er slettet her", "somebody who has been erased here"));
        if (score)
            printf (" (%lld point)", score);
        printf (": %s\n", text_of (holder));
    }
}

/* --- why a candidate has no place --- */

static void tell_decided (json_t *reply)
{
    size_t i;
    json_t *decided;
    json_array_foreach (json_object_get (reply, "decided"), i, decided)
        printf ("%s  %s %lld: %s (%s)\n", i ? "" : say ("\nBesluttet\n", "\nDecided\n"), say ("stilling", "position"),
                number_of (decided, "position"), text_of (decided), word_of (decided, "reason"));
}

static void tell_nearest (json_t *reply)
{
    size_t i;
    json_t *nearest;
    if (json_array_size (json_object_get (reply, "nearest")) == 0 &&
        json_array_size (json_object_get (reply, "decided")) == 0)
        puts (say ("\nIngen stilling passer, som den er nu.", "\nNo position fits as it is now."));
    json_array_foreach (json_object_get (reply, "nearest"), i, nearest)
    {
        printf ("%s  %s %lld, %lld point: %s\n", i ? "" : say ("\nNærmest\n", "\nNearest\n"),
                say ("stilling", "position"), number_of (nearest, "position"), number_of (nearest, "score"),
                text_of (nearest));
        tell_holders (nearest);
    }
}

static void tell_changes (json_t *reply)
{
    json_t *changes = json_object_get (reply, "changes"), *change;
    size_t i;
    printf ("\n%s\n", json_array_size (changes)
                          ? say ("Hvad der ville give en plads, hver for sig", "What would give a place, each alone")
                          : say ("Ingen enkelt ændring ville give en plads.", "No single change would give a place."));
    json_array_foreach (changes, i, change)
    {
        printf ("  %s (%s %lld", text_of (change), say ("stilling", "position"), number_of (change, "position"));
        if (number_of (change, "candidate"))
            printf (", %s %lld", say ("låst for", "locked for"), number_of (change, "candidate"));
        puts (")");
    }
}

/* What is told is the plan that such a run begins with. */
static void tell_several (json_t *reply)
{
    if (number_of (reply, "jobs_most") > 1)
        printf (
            say ("Kørsler giver en borger op til %lld småjob. Her står planen med én plads til hver, som de begynder"
                 " med: de samme har en plads, men hvor, og hvem der får flere, viser først en kørsel.\n",
                 "Runs give a citizen up to %lld small jobs. This is the plan of one place each, with which they"
                 " begin: the same people have a place, but where, and who gets more, only a run shows.\n"),
            number_of (reply, "jobs_most"));
}

static void tell_why (json_t *request, json_t *reply)
{
    long long candidate = number_of (request, "candidate"), placed = number_of (reply, "placed");
    long long floor = number_of (reply, "floor_percent");
    printf ("%s %lld ", say ("Kandidat", "Candidate"), candidate);
    if (placed)
        printf ("%s %lld", say ("ville nu blive foreslået til stilling", "would now be proposed for position"), placed);
    else
        printf ("%s", say ("ville ikke blive foreslået til nogen stilling nu", "would not be proposed anywhere now"));
    if (floor)
        printf (say (", med et gulv på %lld %%", ", with a floor of %lld %%"), floor);
    puts (".");
    tell_several (reply);
    tell_decided (reply);
    if (placed)
        return;
    tell_nearest (reply);
    tell_changes (reply);
}

/* --- why a pair fits, or does not --- */

static void tell_terms (json_t *reply)
{
    size_t i;
    json_t *term;
    json_array_foreach (json_object_get (reply, "exclusions"), i, term) printf ("  %s\n", text_of (term));
    json_array_foreach (json_object_get (reply, "terms"), i, term)
        printf ("  %4lld %s %4lld  %s\n", number_of (term, "points"), say ("af", "of"), number_of (term, "most"),
                text_of (term));
}

static void tell_pair (json_t *request, json_t *reply)
{
    long long position = number_of (request, "position"), placed = number_of (reply, "placed");
    json_t *instead = json_object_get (reply, "instead");
    const char *decided = word_of (reply, "decided");
    printf ("%s %lld, %s %lld: ", say ("Kandidat", "Candidate"), number_of (request, "candidate"),
            say ("stilling", "position"), position);
    if (json_array_size (json_object_get (reply, "exclusions")))
        puts (say ("passer ikke sammen nu.", "they do not fit now."));
    else
        printf (say ("%lld af 1000 point.\n", "%lld of 1000 points.\n"), number_of (reply, "score"));
    tell_terms (reply);
    if (strcmp (decided, "LOCKED") == 0)
        printf ("%s (%s)\n", say ("Besluttet: låst", "Decided: locked"), word_of (reply, "decided_reason"));
    if (strcmp (decided, "FORBIDDEN") == 0)
        printf ("%s (%s)\n", say ("Besluttet: foreslås ikke", "Decided: not proposed"),
                word_of (reply, "decided_reason"));
    if (placed == position)
        puts (say ("Det ville blive foreslået nu.", "It would be proposed now."));
    if (json_is_object (instead)) {
        printf ("%s: %s\n", say ("Det ville ikke blive foreslået nu", "It would not be proposed now"),
                text_of (instead));
        tell_holders (instead);
    }
    if (placed && placed != position)
        printf (say ("I stedet ville stilling %lld blive foreslået.\n", "Position %lld would be proposed instead.\n"),
                placed);
    tell_several (reply);
}

bool story_tell (const char *method, json_t *request, json_t *reply)
{
    bool why = strcmp (method, "placement.Matches/ExplainUnplaced") == 0;
    bool pair = strcmp (method, "placement.Matches/ExplainMatch") == 0;
    if (why)
        tell_why (request, reply);
    if (pair)
        tell_pair (request, reply);
    return why || pair;
}
