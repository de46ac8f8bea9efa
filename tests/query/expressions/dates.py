"""Dates. Source: MongoDB manual, "date expression operators", and the server's own test data for
what its parser of free strings takes (date_from_string.js); codes as in the server.
"""

from __future__ import annotations

from datetime import datetime

from cloud_fake.errors import NotSupportedByFake, QueryError


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


D = {
    # a Friday, the 2nd day of the year; 3 January 2026 is a Saturday, 4 January a Sunday
    "t": at("2026-01-02T03:04:05.678Z"),
    "eve": at("2025-12-31T18:30:00Z"),
    "sun": at("2026-01-04T00:00:00Z"),
    "old": at("1969-12-31T23:59:58.001Z"),
    "summer": at("2026-07-01T12:00:00Z"),
    "last": at("9999-12-31T23:00:00Z"),
    "nul": None, "n": 5, "s": "x", "zone": "Asia/Shanghai", "ny": "America/New_York",
    "text": "2017-07-04T11:56:02.813Z", "y": 2026, "o": {"date": 1},
}  # fmt: skip


def parts(date: str, timezone: object = "+0800") -> dict[str, object]:
    return {"date": date, "timezone": timezone}


def reading(text: str, **more: object) -> dict[str, object]:
    return {"dateString": text, **more}


NO_DATE = QueryError(16006, "can't convert from BSON type string to Date")
NO_ZONE = QueryError(40485, 'unrecognized time zone identifier: "Mars/Base"')
NO_STRING = "{0} requires a string for the timezone argument, but was given a int (5)"

CASES = {
    "$year": [
        ("$t", D, 2026),
        (["$t"], D, 2026),
        ({"date": "$t"}, D, 2026),
        (parts("$eve"), D, 2026),
        (parts("$eve", "UTC"), D, 2025),
        (parts("$t", "$ny"), D, 2026),
        ("$nul", D, None),
        ("$missing", D, None),
        (parts("$t", "$nul"), D, None),
        ({"$add": ["$t", 0]}, D, 2026),
        ("$s", D, NO_DATE),
        ("$n", D, QueryError(16006, "can't convert from BSON type int to Date")),
        (parts("$t", "Mars/Base"), D, NO_ZONE),
        (parts("$t", "$n"), D, QueryError(40533, NO_STRING.format("$year"))),
        # null comes before the time zone is looked at
        (parts("$nul", "$n"), D, None),
        (parts("$last"), D, NotSupportedByFake()),
    ],
    "$month": [("$t", D, 1), (parts("$eve"), D, 1), ("$eve", D, 12), ("$nul", D, None)],
    "$dayOfMonth": [("$t", D, 2), (parts("$eve", "+08:00"), D, 1), ("$nul", D, None)],
    "$hour": [
        ("$t", D, 3),
        (parts("$t"), D, 11),
        (parts("$t", "+08"), D, 11),
        (parts("$t", "$zone"), D, 11),
        (parts("$t", "-0330"), D, 23),
        (parts("$t", "$ny"), D, 22),
        (parts("$summer", "$ny"), D, 8),
        (parts("$t", "+00:00"), D, 3),
        ("$nul", D, None),
        (parts("$t", "0800"), D, QueryError(40485, 'unrecognized time zone identifier: "0800"')),
        (parts("$t", ""), D, QueryError(40485, 'unrecognized time zone identifier: ""')),
        (parts("$t", "America"), D, QueryError(40485, "")),
        (parts("$t", "../UTC"), D, QueryError(40485, "")),
        (parts("$t", "+9900"), D, NotSupportedByFake()),
    ],
    "$minute": [("$t", D, 4), (parts("$t", "+05:45"), D, 49), ("$nul", D, None)],
    "$second": [("$t", D, 5), ("$old", D, 58), ("$nul", D, None)],
    "$millisecond": [("$t", D, 678), ("$old", D, 1), ("$nul", D, None)],
    "$dayOfYear": [("$t", D, 2), ("$eve", D, 365), (parts("$eve"), D, 1), ("$nul", D, None)],
    "$dayOfWeek": [("$t", D, 6), ("$sun", D, 1), ("$nul", D, None)],
    "$week": [
        ("$t", D, 0),
        ("$sun", D, 1),
        ("$eve", D, 52),
        ("$nul", D, None),
    ],
    "$isoDayOfWeek": [("$t", D, 5), ("$sun", D, 7), ("$nul", D, None)],
    "$isoWeek": [
        ("$t", D, 1),
        ("$sun", D, 1),
        (at("2021-01-03T00:00:00Z"), D, 53),
        ("$nul", D, None),
    ],
    "$isoWeekYear": [("$eve", D, 2026), (at("2021-01-03T00:00:00Z"), D, 2020), ("$nul", D, None)],
    "$dateToParts": [
        ({"date": "$t"}, D,
         {"year": 2026, "month": 1, "day": 2, "hour": 3, "minute": 4, "second": 5,
          "millisecond": 678}),
        ({"date": "$eve", "timezone": "$zone"}, D,
         {"year": 2026, "month": 1, "day": 1, "hour": 2, "minute": 30, "second": 0,
          "millisecond": 0}),
        ({"date": "$t", "iso8601": True}, D,
         {"isoWeekYear": 2026, "isoWeek": 1, "isoDayOfWeek": 5, "hour": 3, "minute": 4,
          "second": 5, "millisecond": 678}),
        ({"date": "$nul"}, D, None),
        ({"date": "$t", "timezone": "$missing"}, D, None),
        ({"date": "$t", "iso8601": "$nul"}, D, None),
        ({"date": "$s"}, D, NO_DATE),
        ({"date": "$t", "timezone": "Mars/Base"}, D, NO_ZONE),
        ({"date": "$t", "timezone": "$n"}, D,
         QueryError(40517, "timezone must evaluate to a string, found int")),
        ({"date": "$t", "iso8601": "$n"}, D,
         QueryError(40521, "iso8601 must evaluate to a bool, found int")),
    ],
    "$dateFromParts": [
        ({"year": "$y", "month": 1, "day": 2, "hour": 3, "minute": 4, "second": 5,
          "millisecond": 678}, D, D["t"]),
        ({"year": 2026}, D, at("2026-01-01T00:00:00Z")),
        ({"year": 2026.0}, D, at("2026-01-01T00:00:00Z")),
        ({"year": 2026, "hour": 2, "minute": 30, "timezone": "$zone"}, D, D["eve"]),
        ({"year": 2026, "timezone": "-05:00"}, D, at("2026-01-01T05:00:00Z")),
        ({"year": 2026, "month": 7, "hour": 8, "timezone": "$ny"}, D, D["summer"]),
        # parts out of range carry: MongoDB manual, "value range"
        ({"year": 2026, "month": 14, "day": 1, "hour": 12}, D, at("2027-02-01T12:00:00Z")),
        ({"year": 2026, "month": 0}, D, at("2025-12-01T00:00:00Z")),
        ({"year": 2026, "day": 0}, D, at("2025-12-31T00:00:00Z")),
        ({"year": 2026, "month": 2, "day": 30}, D, at("2026-03-02T00:00:00Z")),
        ({"year": 2026, "hour": -1, "minute": 61, "second": 61, "millisecond": 1001}, D,
         at("2026-01-01T00:02:02.001Z")),
        ({"isoWeekYear": 2017, "isoWeek": 6, "isoDayOfWeek": 4, "hour": 12}, D,
         at("2017-02-09T12:00:00Z")),
        ({"isoWeekYear": 2026}, D, at("2025-12-29T00:00:00Z")),
        ({"isoWeekYear": 2017, "isoWeek": 53, "isoDayOfWeek": 8}, D, at("2018-01-08T00:00:00Z")),
        ({"year": "$nul"}, D, None),
        ({"year": 2026, "month": "$missing"}, D, None),
        ({"year": 2026, "timezone": "$nul"}, D, None),
        ({"isoWeekYear": 2026, "isoWeek": "$nul"}, D, None),
        ({"year": "$s"}, D,
         QueryError(40515, "'year' must evaluate to an integer, found string with value \"x\"")),
        ({"year": 2026, "day": 1.5}, D,
         QueryError(40515, "'day' must evaluate to an integer, found double with value 1.5")),
        ({"year": 10000}, D,
         QueryError(40523, "'year' must evaluate to an integer in the range 0 to 9999, found "
                           "10000")),
        ({"year": 0}, D, NotSupportedByFake()),
        ({"year": 9999, "month": 13}, D, NotSupportedByFake()),
        ({"year": 9999, "month": 12, "day": 31, "hour": 23, "timezone": "-05:00"}, D,
         NotSupportedByFake()),
        ({"year": 2026, "timezone": "$n"}, D,
         QueryError(40517, "timezone must evaluate to a string, found int")),
        ({"year": 2026, "timezone": "Mars/Base"}, D, NO_ZONE),
    ],
    "$dateToString": [
        ({"date": "$t"}, D, "2026-01-02T03:04:05.678Z"),
        ({"date": "$t", "format": "%Y-%m-%d"}, D, "2026-01-02"),
        ({"date": "$t", "format": "%H:%M:%S.%L %j %w %u %U %V %G %%"}, D,
         "03:04:05.678 002 6 5 00 01 2026 %"),
        ({"date": "$t", "format": "%H %z %Z", "timezone": "$zone"}, D, "11 +0800 480"),
        ({"date": "$t", "format": "%H:%M %z %Z", "timezone": "-03:30"}, D, "23:34 -0330 -210"),
        ({"date": "$t", "format": "%z%Z"}, D, "+00000"),
        ({"date": "$t", "format": "今天 %d"}, D, "今天 02"),
        ({"date": at("0099-01-01T00:00:00Z"), "format": "%Y %G"}, D, "0099 0099"),
        ({"date": "$t", "format": ""}, D, ""),
        ({"date": "$nul"}, D, None),
        ({"date": "$missing", "onNull": "$s"}, D, "x"),
        ({"date": "$t", "format": "$nul"}, D, None),
        ({"date": "$t", "timezone": "$missing"}, D, None),
        ({"date": "$s"}, D, NO_DATE),
        ({"date": "$t", "format": "$n"}, D,
         QueryError(18533, "$dateToString requires that 'format' be a string, found: int with "
                           "value 5")),
        ({"date": "$t", "format": "%Y-%"}, D,
         QueryError(18535, "Unmatched '%' at end of format string")),
        ({"date": "$t", "format": "%q"}, D,
         QueryError(18536, "Invalid format character '%q' in format string")),
        # a wrong time zone is an error also where the date is null
        ({"date": "$nul", "timezone": "Mars/Base"}, D, NO_ZONE),
    ],
    "$dateFromString": [
        (reading("$text"), D, at("2017-07-04T11:56:02.813Z")),
        *[
            (reading(text), D, at(expected))
            for text, expected in [
                ("2017-07-04T11:56:02Z", "2017-07-04T11:56:02Z"),
                ("2017-07-04T11:56:02.81Z", "2017-07-04T11:56:02.810Z"),
                ("2017-07-04T11:56:02.81399Z", "2017-07-04T11:56:02.813Z"),
                ("2017-07-04T11:56.02.813", "2017-07-04T11:56:02.813Z"),
                ("1960-07-10T12:10:37.448", "1960-07-10T12:10:37.448Z"),
                ("2017-07-06", "2017-07-06T00:00:00Z"),
                ("2017-7-6 1:02", "2017-07-06T01:02:00Z"),
                ("2017-07-06 11:36:54", "2017-07-06T11:36:54Z"),
                ("2017/07/06 11:36", "2017-07-06T11:36:00Z"),
                ("20170706T113654Z", "2017-07-06T11:36:54Z"),
                ("2017-07", "2017-07-01T00:00:00Z"),
                ("2017-W27-2", "2017-07-04T00:00:00Z"),
                ("2017W27", "2017-07-03T00:00:00Z"),
                ("2017-07-14T12:02:44.771 GMT", "2017-07-14T12:02:44.771Z"),
                ("2017-07-14T12:02:44.771 GMT+02", "2017-07-14T10:02:44.771Z"),
                ("2017-07-14T12:02:44.771 GMT+02:00", "2017-07-14T10:02:44.771Z"),
                ("2017-07-14T12:02:44.771+03", "2017-07-14T09:02:44.771Z"),
                ("2017-07-14T12:02:44.771+0330", "2017-07-14T08:32:44.771Z"),
                ("2017-07-14T12:02:44.771-03:30", "2017-07-14T15:32:44.771Z"),
                ("2017-07-14T12:02:44.771 CEST", "2017-07-14T10:02:44.771Z"),
                ("2017-07-14T12:02:44.771 EST", "2017-07-14T17:02:44.771Z"),
                ("2017-07-14T12:02:44.771 PDT", "2017-07-14T19:02:44.771Z"),
                ("2017-07-14T12:02:44.771 A", "2017-07-14T11:02:44.771Z"),
                ("2017-07-14T12:02:44.771 L", "2017-07-14T01:02:44.771Z"),
                ("2017-07-14T12:02:44.771 P", "2017-07-14T15:02:44.771Z"),
                ("July 4th, 2017", "2017-07-04T00:00:00Z"),
                ("July 4th, 2017 12:39:30 BST", "2017-07-04T11:39:30Z"),
                ("July 4th, 2017 11am", "2017-07-04T11:00:00Z"),
                ("July 4th, 2017 12pm", "2017-07-04T12:00:00Z"),
                ("July 4th, 2017 12:30 a.m.", "2017-07-04T00:30:00Z"),
                ("4 Sept 2017", "2017-09-04T00:00:00Z"),
                ("7/4/17", "2017-07-04T00:00:00Z"),
                ("7/4/70", "1970-07-04T00:00:00Z"),
                ("7/4/69", "2069-07-04T00:00:00Z"),
                ("7/4/100", "0100-07-04T00:00:00Z"),
                ("0017-07-04", "0017-07-04T00:00:00Z"),
                ("July 4th, 2017 12am", "2017-07-04T00:00:00Z"),
                ("2017-07-14T12:02:44 UTC", "2017-07-14T12:02:44Z"),
                ("2017-07-14T23:59:59 WET", "2017-07-14T23:59:59Z"),
                ("04-07-2017", "2017-07-04T00:00:00Z"),
                ("4.7.17", "2017-07-04T00:00:00Z"),
                ("2017-Jul-04 noon", "2017-07-04T12:00:00Z"),
                ("2017-Jul-04 midnight", "2017-07-04T00:00:00Z"),
                ("2017-07-04 12:48:07 GMT+0545", "2017-07-04T07:03:07Z"),
                ("2017-07-04 12:48:07 (GMT-0200)", "2017-07-04T14:48:07Z"),
            ]
        ],
        (reading("2017-07-19T18:52:35.199", timezone="$ny"), D, at("2017-07-19T22:52:35.199Z")),
        (reading("1960-07-10T12:35:37", timezone="Europe/London"), D, at("1960-07-10T11:35:37Z")),
        (reading("2017-07-19T18:52:35", timezone="-05:00"), D, at("2017-07-19T23:52:35Z")),
        (reading("2017-07-19T18:52:35Z", timezone="+00:00"), D, at("2017-07-19T18:52:35Z")),
        # with a format
        *[
            (reading(text, format=format_), D, at(expected))
            for text, format_, expected in [
                ("2017-07-04T11:56:02.8Z", "%Y-%m-%dT%H:%M:%S.%LZ", "2017-07-04T11:56:02.800Z"),
                ("2017-07-14T12:02:44.771 GMT+02", "%Y-%m-%dT%H:%M:%S.%L%z",
                 "2017-07-14T10:02:44.771Z"),
                ("05 12 1988", "%d %m %Y", "1988-12-05T00:00:00Z"),
                ("1992 % 04 % 26", "%Y %% %m %% %d", "1992-04-26T00:00:00Z"),
                ("Day: 05 Month: 12 Year: 1988", "Day: %d Month: %m Year: %Y",
                 "1988-12-05T00:00:00Z"),
                ("4/26/1992:+0445", "%m/%d/%Y:%z", "1992-04-25T19:15:00Z"),
                ("4/26/1992:+285", "%m/%d/%Y:%Z", "1992-04-25T19:15:00Z"),
                ("2017", "%G", "2017-01-02T00:00:00Z"),
                ("2017, Week 53", "%G, Week %V", "2018-01-01T00:00:00Z"),
                ("2017, Day 5", "%G, Day %u", "2017-01-06T00:00:00Z"),
                ("53.7.2017", "%V.%u.%G", "2018-01-07T00:00:00Z"),
                ("1.1.1", "%V.%u.%G", "0001-01-01T00:00:00Z"),
            ]
        ],
        (reading("05 12 1988", format="%d %m %Y", timezone="$zone"), D, at("1988-12-04T16:00:00Z")),
        # null
        (reading("$nul"), D, None),
        (reading("$missing", onNull="$s"), D, "x"),
        (reading("$text", timezone="$nul"), D, None),
        (reading("$text", format="$missing"), D, None),
        (reading("$nul", timezone="Mars/Base"), D, NO_ZONE),
        # no dates
        *[
            (reading(text), D, QueryError(241, ""))
            for text in [
                "foo", "", "2017, 12:50:53", "60.Monday1770/06:59", "2017-13-01", "2017-00-10",
                "2017-07-00", "2017-02-30", "2017-07-04 24:00:00", "2017-07-04 12:00:60",
                "2017-07-12T22:23:55 Europe/Amsterdam", "2017-07-04 ?", "2017-07-04 12:00 GMT GMT",
            ]
        ],
        (reading("July 4th"), D,
         QueryError(241, "an incomplete date/time string has been found, with elements missing: "
                         '"July 4th"')),
        (reading("12:50:53"), D, QueryError(241, "")),
        (reading("foo", onError="$n"), D, 5),
        (reading("$n", onError="bad"), D, "bad"),
        (reading("$n"), D,
         QueryError(241, "$dateFromString requires that 'dateString' be a string, found: int with "
                         "value 5")),
        (reading("2017-07-12T22:23:55 GMT+02:00", timezone="$zone"), D,
         QueryError(241, "you cannot pass in a date/time string with GMT offset together with a "
                         "timezone argument")),
        (reading("2017-07-12T22:23:55Z", timezone="$zone"), D,
         QueryError(241, "you cannot pass in a date/time string with time zone information ('Z') "
                         "together with a timezone argument")),
        *[
            (reading(text, format=format_), D, QueryError(241, ""))
            for text, format_ in [
                ("2018-01", "%Y-%m-%d"), ("2018-01", "%Y"), ("1992-26-04", "Y-d-m"),
                ("ISO Day 6", "ISO Day %u"), ("ISO Week 52", "ISO Week %V"),
                ("ISO Week 1, 2018", "ISO Week %V, %Y"), ("12/31/2018", "%m/%d/%G"),
                ("2018 8", "%G %u"), ("2018 54", "%G %V"), ("x", "%Y"), ("1:2", "%H:%M"),
                ("x", "%L"), ("x", "%Z"), ("2018", "%Y"), ("2018 nowhere", "%Y %z"),
            ]
        ],
        (reading("2018-01", format="%Y"), D,
         QueryError(241, "Error parsing date string '2018-01'; 4: Trailing data '-'")),
        (reading("$text", format="$n"), D,
         QueryError(40684, "$dateFromString requires that 'format' be a string, found: int with "
                           "value 5")),
        (reading("1992", format="%n"), D,
         QueryError(18536, "Invalid format character '%n' in format string")),
        (reading("$nul", format="%j"), D, QueryError(18536, "")),
        (reading("foo", timezone="Mars/Base", onError=1), D, NO_ZONE),
        (reading("2017-07-04 next friday"), D, NotSupportedByFake()),
        (reading("Tue, 04 Jul 2017 12:00:00 GMT"), D, NotSupportedByFake()),
        (reading("@1126396800", onError=1), D, NotSupportedByFake()),
    ],
}  # fmt: skip

REFUSED = {
    "$year": [
        ([1, 2], QueryError(40536, "$year accepts exactly one argument if given an array, but was "
                                   "given 2")),
        ({"date": "$t", "zone": 1}, QueryError(40535, 'unrecognized option to $year: "zone"')),
        ({"timezone": "+08"},
         QueryError(40539, "missing 'date' argument to $year, provided: $year: "
                           '{timezone: "+08"}')),
        ({}, QueryError(40539, "")),
    ],
    "$dateToParts": [
        ("$t", QueryError(40524, "$dateToParts only supports an object as its argument")),
        ({"date": "$t", "iso": 1},
         QueryError(40520, "Unrecognized argument to $dateToParts: iso")),
        ({}, QueryError(40522, "Missing 'date' parameter to $dateToParts")),
    ],
    "$dateFromParts": [
        ("$t", QueryError(40519, "$dateFromParts only supports an object as its argument")),
        ({"year": 1, "week": 1},
         QueryError(40518, "Unrecognized argument to $dateFromParts: week")),
        ({"month": 1},
         QueryError(40516, "$dateFromParts requires either 'year' or 'isoWeekYear' to be "
                           "present")),
        ({"year": 1, "isoWeek": 1},
         QueryError(40489, "$dateFromParts does not allow mixing natural dates with ISO dates")),
        ({"isoWeekYear": 1, "day": 1},
         QueryError(40525, "$dateFromParts does not allow mixing ISO dates with natural dates")),
    ],
    "$dateToString": [
        ("$t", QueryError(18629, "$dateToString only supports an object as its argument")),
        ({"date": "$t", "zone": 1},
         QueryError(18534, "Unrecognized argument to $dateToString: zone")),
        ({"format": "%Y"}, QueryError(18628, "Missing 'date' parameter to $dateToString")),
    ],
    "$dateFromString": [
        ("$t", QueryError(40540, "$dateFromString only supports an object as an argument, found: "
                                 "string")),
        ({"date": "$t"}, QueryError(40541, "Unrecognized argument to $dateFromString: date")),
        ({}, QueryError(40542, "Missing 'dateString' parameter to $dateFromString")),
    ],
}  # fmt: skip
