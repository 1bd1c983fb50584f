/* build_libical RECORDS OUT: events with libical (C), every property that ours have; records as peers_ical.py writes them.
   Prints the milliseconds from records in memory to the file written, and how many events. */
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { UID, STAMP, SEQUENCE, START, END, SUMMARY, DESCRIPTION, CATEGORIES, COLOUR, STATUS, TRIGGERS, FIELDS };

static void add_alarm(icalcomponent *event, const char *trigger, const char *summary)
{
    icalcomponent *alarm = icalcomponent_new(ICAL_VALARM_COMPONENT);
    icalcomponent_add_property(alarm, icalproperty_new_action(ICAL_ACTION_DISPLAY));
    icalcomponent_add_property(alarm, icalproperty_new_trigger(icaltriggertype_from_string(trigger)));
    icalcomponent_add_property(alarm, icalproperty_new_description(summary));
    icalcomponent_add_component(event, alarm);
}

static icalcomponent *build(char **field)
{
    icalcomponent *event = icalcomponent_new(ICAL_VEVENT_COMPONENT);
    icalcomponent_add_property(event, icalproperty_new_uid(field[UID]));
    icalcomponent_add_property(event, icalproperty_new_dtstamp(icaltime_from_string(field[STAMP])));
    icalcomponent_add_property(event, icalproperty_new_lastmodified(icaltime_from_string(field[STAMP])));
    icalcomponent_add_property(event, icalproperty_new_sequence(atoi(field[SEQUENCE])));
    icalcomponent_add_property(event, icalproperty_new_dtstart(icaltime_from_string(field[START])));
    icalcomponent_add_property(event, icalproperty_new_dtend(icaltime_from_string(field[END])));
    icalcomponent_add_property(event, icalproperty_new_summary(field[SUMMARY]));
    icalcomponent_add_property(event, icalproperty_new_description(field[DESCRIPTION]));
    icalcomponent_add_property(event, icalproperty_new_categories(field[CATEGORIES]));
    icalcomponent_add_property(event, icalproperty_new_color(field[COLOUR]));
    icalcomponent_add_property(event, icalproperty_new_status(
        strcmp(field[STATUS], "CANCELLED") ? ICAL_STATUS_CONFIRMED : ICAL_STATUS_CANCELLED));
    icalcomponent_add_property(event, icalproperty_new_transp(ICAL_TRANSP_TRANSPARENT));
    char *next, *trigger = strtok_r(field[TRIGGERS], " ", &next);
    for (; trigger; trigger = strtok_r(NULL, " ", &next)) add_alarm(event, trigger, field[SUMMARY]);
    return event;
}

int main(int argc, char **argv)
{
    if (argc < 3) return 2;
    FILE *in = fopen(argv[1], "rb");
    if (!in) return 1;
    fseek(in, 0, SEEK_END);
    long size = ftell(in);
    rewind(in);
    char *held = malloc(size + 1);
    if (fread(held, 1, size, in) != (size_t)size) return 1;
    held[size] = 0;
    fclose(in);
    struct timespec begun, ended;
    clock_gettime(CLOCK_MONOTONIC, &begun);
    icalcomponent *calendar = icalcomponent_new(ICAL_VCALENDAR_COMPONENT);
    icalcomponent_add_property(calendar, icalproperty_new_version("2.0"));
    icalcomponent_add_property(calendar, icalproperty_new_prodid("-//bench//libical//VI"));
    long events = 0;
    for (char *record = held; *record; events++) {
        char *field[FIELDS], *end = strchr(record, '\x1e');
        if (!end) return 1;
        *end = 0;
        for (int i = 0; i < FIELDS; i++) {
            field[i] = record;
            record = strchr(record, '\x1f');
            if (record) *record++ = 0;
            else if (i < FIELDS - 1) return 1;
        }
        icalcomponent_add_component(calendar, build(field));
        record = end + 1;
    }
    char *text = icalcomponent_as_ical_string_r(calendar);
    FILE *out = fopen(argv[2], "wb");
    if (!out || fwrite(text, 1, strlen(text), out) != strlen(text)) return 1;
    fclose(out);
    clock_gettime(CLOCK_MONOTONIC, &ended);
    printf("inner_ms %.3f events %ld\n", (ended.tv_sec - begun.tv_sec) * 1e3 + (ended.tv_nsec - begun.tv_nsec) / 1e6, events);
    return 0;
}
