/*
 * The civil registration number: ten digits DDMMYYSSSS, written without a hyphen.
 *
 * What makes a number acceptable is its form and its date, never its check digit: since October 2007 numbers
 * are issued that fail modulus 11 (CPR-01), so the check digit may warn a person who types and nothing more.
 * A replacement number has 60 added to the day (CPR-02) and stands for somebody without an ordinary one.
 * The seventh digit and the year give the century (CPR-03), so the dates reach from 1858 to 2057.
 *
 * Nothing here keeps, copies or prints a number.
 */
#ifndef FYR_DANISH_CPR_H
#define FYR_DANISH_CPR_H

#include <stdbool.h>
#include <stdint.h>

/* Exactly ten digits, and a date that exists once a replacement number's 60 is taken off. */
bool cpr_wellformed (const char *text);

/* False is a reason to ask "did you type this right?", never to refuse. False too when not well-formed. */
bool cpr_check_digit (const char *text);

/* The day of birth that the number states. False, and nothing written, when it is not well-formed. */
bool cpr_birth_day (const char *text, int32_t *ret_day);

#endif
