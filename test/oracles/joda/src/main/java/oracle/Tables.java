package oracle;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeMap;
import org.joda.time.DateTime;
import org.joda.time.DateTimeZone;
import org.joda.time.format.DateTimeFormat;

/** Writes what Joda-Time prints, what java.time reads, and the names of Joda-Time's zones. */
public class Tables {
  static final String[] PATTERNS = {
    "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss.SSSZ", "yyyy.MM.dd G 'at' HH:mm:ss z", "yyyy-MM-dd HH:mm:ss", "yyyy/MM/dd/HH",
    "EEE, d MMM yyyy HH:mm:ss Z", "EEEE, MMMM d, yyyy h:mm a", "xxxx-'W'ww-e", "xx-w-e", "yy-M-d", "y", "yyy", "yyyyyy", "Y", "YY", "YYYY", "C", "CC", "G", "GGGG",
    "D", "DDD", "M", "MM", "MMM", "MMMM", "MMMMM", "d", "dd", "ddd", "e", "ee", "E", "EE", "EEE", "EEEE", "EEEEE", "a", "aa", "h", "hh", "H", "HH", "k", "kk", "K", "KK",
    "m", "mm", "s", "ss", "S", "SS", "SSS", "SSSS", "SSSSSSSSS", "z", "zz", "zzz", "zzzz", "Z", "ZZ", "ZZZ", "ZZZZ", "w", "ww",
    "''", "'it''s' yyyy", "'open", "yyyy'", "'a'b", "HHmmss", "yyyyMMddHHmmssSSS", "hh 'o''clock' a, zzzz", "K:mm a, z", "yyyy-DDD", "[yyyy]", "yyyy{MM}", "#yyyy", "yyyy年MM月dd日", "\ud83d\ude00yyyy",
    "", "b", "T", "yyyy-MM-ddTHH:mm:ss", "L", "u", "U", "q", "Q", "V", "VV", "X", "XXX", "n", "N", "A", "p", "F", "W", "c", "B", "O", "j", "i", "r", "R", "P", "t", "f", "g", "J", "l", "o", "v", "I",
    "yyyy-MM-dd X", "unix", "%Y-%m-%d", "12:34", " ", "-", "''''", "'", "''yyyy''", "yyyyyyyyyyyyyyyyyyyyyyyyy", "ssssssssssss",
  };
  static final long[] INSTANTS = {
    0L, 1L, -1L, 999L, 100000000L, 1700000000123L, 1481825251155L, 951782400000L /* 2000-02-29 */, 1583020799999L, 1577836800000L, 1609372800000L, 1609459199000L,
    1616893199000L, 1616893200000L, 1635638400000L, 1635642000000L, 1710054000000L, 1710054001000L, 1730613600000L, -62135596800000L /* 0001-01-01 */, -62135596800001L,
    -62167219200000L /* 0000-01-01 */, -99999999999999L, 253402300799999L, 253402300800000L, 8640000000000000L, -8640000000000000L, -2208988800000L, -3786825600000L, 43200000L, 43199999L, 46800000L,
  };
  static final String[] ZONES = {
    "UTC", "GMT", "America/Belize", "America/New_York", "America/Los_Angeles", "Europe/Berlin", "Europe/London", "Europe/Dublin", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Tokyo", "Australia/Lord_Howe",
    "America/St_Johns", "Pacific/Kiritimati", "Africa/Casablanca", "America/Sao_Paulo", "Etc/GMT+5", "America/Chicago", "Africa/Johannesburg", "Asia/Singapore", "Eire", "+02:00", "-08:00", "+05:30", "+0530", "-03", "+00:00", "+5", "+14:00", "+23:59:59", "+24:00",
    "PST", "CST", "Nowhere/Land", "", "utc", "america/new_york", "Z", "UTC+1", "GMT+1", "UTC+01:00", "GMT-05:30", "UT+02", "UTC-03:00",
  };
  static final String[][] EPOCHS = {
    {"yyyy-MM-dd HH:mm:ss VV", "2020-04-03 09:45:18 UTC+01:00", "2020-04-03 09:45:18 Europe/Paris", "2020-04-03 09:45:18 Z", "2020-04-03 09:45:18 +01:00", "2020-04-03 09:45:18 GMT+2", "2020-04-03 09:45:18 UTC", "2020-04-03 09:45:18 UT+01:00", "2020-04-03 09:45:18 Nowhere", "2020-03-29 02:30:00 Europe/Berlin", "2020-10-25 02:30:00 Europe/Berlin", "2020-04-03 09:45:18 EST", "2020-04-03 09:45:18 GMT0"},
    {"dd MMMM yyyy", "18 December 2015", "18 december 2015", "31 February 2015", "1 May 2015", "01 May 2015", "18 Dec 2015"},
    {"yyyy-MM-dd HH:mm:ss.SSS z", "2007-12-03 10:15:30.592 America/Los_Angeles", "2007-12-03 10:15:30.592 PST", "2007-12-03 10:15:30.592 CET", "2007-12-03 10:15:30.592 UTC", "2007-12-03 10:15:30.592 GMT", "2007-12-03 10:15:30.592 Z", "2007-12-03 10:15:30.592 +01:00", "2007-12-03 10:15:30.592 EST", "2007-07-03 10:15:30.592 PDT", "2007-07-03 10:15:30.592 CEST", "2007-07-03 10:15:30.592 JST", "2007-07-03 10:15:30.592 Pacific Daylight Time", "2007-07-03 10:15:30.592 MSK"},
    {"yyyy-MM-dd HH:mm:ss zzzz", "2007-12-03 10:15:30 Pacific Standard Time", "2007-12-03 10:15:30 Central European Time", "2007-12-03 10:15:30 Central European Standard Time", "2007-12-03 10:15:30 Coordinated Universal Time"},
    {"yyyy-MM-dd", "2020-01-01", "2020-13-01", "2020-02-30", "2019-02-29", "2020-1-1", "20200101", " 2020-01-01", "2020-01-01 ", "02020-01-01", "-020-01-01", "0000-01-01", "0001-01-01", "9999-12-31"},
    {"y-M-d", "2020-1-1", "2020-01-01", "5-1-1", "12345-1-1", "-5-1-1", "0-1-1"},
    {"u-M-d", "2020-1-1", "-5-1-1", "0-1-1"},
    {"uuuu-MM-dd", "2020-01-01", "-0005-01-01", "0000-01-01"},
    {"yyyy-MM-dd'T'HH:mm:ssXXX", "2020-01-01T10:20:30Z", "2020-01-01T10:20:30+01:00", "2020-01-01T10:20:30+0100", "2020-01-01T24:00:00Z", "2020-01-01T24:00:01Z", "2020-01-01T25:00:00Z", "2020-01-01T10:20:60Z", "2020-01-01T10:20:30z"},
    {"yyyy-MM-dd'T'HH:mm:ssX", "2020-01-01T10:20:30Z", "2020-01-01T10:20:30+01", "2020-01-01T10:20:30+0130", "2020-01-01T10:20:30+01:30"},
    {"yyyy-MM-dd'T'HH:mm:ss.SSSZ", "2020-01-01T10:20:30.123+0000", "2020-01-01T10:20:30.123-0800", "2020-01-01T10:20:30.123Z", "2020-01-01T10:20:30.12+0000"},
    {"yyyy-MM-dd'T'HH:mm:ss.SSSSSS", "2020-01-01T10:20:30.123456", "2020-01-01T10:20:30.123", "1969-12-31T23:59:59.999999"},
    {"yyyy-MM-dd HH:mm:ss O", "2020-01-01 10:20:30 GMT+8", "2020-01-01 10:20:30 GMT", "2020-01-01 10:20:30 GMT+08:00", "2020-01-01 10:20:30 UTC+8"},
    {"yyyy-MM-dd HH:mm:ss OOOO", "2020-01-01 10:20:30 GMT+08:00", "2020-01-01 10:20:30 GMT"},
    {"yyyy-MM-dd HH:mm:ss ZZZZ", "2020-01-01 10:20:30 GMT+08:00"}, {"yyyy-MM-dd HH:mm:ss ZZZZZ", "2020-01-01 10:20:30 +08:00", "2020-01-01 10:20:30 Z", "2020-01-01 10:20:30 +08:00:30"},
    {"yyyy-MM-dd HH:mm:ss xxx", "2020-01-01 10:20:30 +08:00", "2020-01-01 10:20:30 Z"}, {"yyyy-MM-dd HH:mm:ss XXXX", "2020-01-01 10:20:30 +0800", "2020-01-01 10:20:30 +080030"}, {"yyyy-MM-dd HH:mm:ss XXXXX", "2020-01-01 10:20:30 +08:00:30", "2020-01-01 10:20:30 -08:00"},
    {"EEE, d MMM yyyy HH:mm:ss Z", "Wed, 1 Jan 2020 10:20:30 +0000", "Thu, 1 Jan 2020 10:20:30 +0000", "wed, 1 Jan 2020 10:20:30 +0000"},
    {"EEEE d MMMM yyyy", "Wednesday 1 January 2020", "Wed 1 January 2020"},
    {"hh:mm a yyyy-MM-dd", "10:20 AM 2020-01-01", "10:20 PM 2020-01-01", "12:00 AM 2020-01-01", "12:00 PM 2020-01-01", "13:00 PM 2020-01-01", "10:20 pm 2020-01-01"},
    {"KK:mm a yyyy-MM-dd", "00:20 PM 2020-01-01", "11:20 AM 2020-01-01", "12:20 AM 2020-01-01"}, {"kk:mm yyyy-MM-dd", "24:00 2020-01-01", "01:00 2020-01-01", "00:00 2020-01-01"},
    {"hh:mm yyyy-MM-dd", "10:20 2020-01-01"}, {"yyyy-DDD", "2020-001", "2020-366", "2019-366", "2020-1"}, {"yyyy-D", "2020-1", "2020-060"},
    {"HH:mm", "10:20"}, {"yyyy", "2020"}, {"yyyy-MM", "2020-05"}, {"MM-dd", "05-01"}, {"YYYY-MM-dd", "2020-01-01"}, {"YYYY-'W'ww-e", "2020-W01-1", "2020-W10-4"}, {"YYYY-ww", "2020-05"}, {"xxxx-ww-e", "2020-01-1"},
    {"yy-MM-dd", "20-01-01", "99-12-31", "70-01-01"}, {"uu-MM-dd", "20-01-01"}, {"yyyy.MM.dd G", "2020.01.01 AD", "2020.01.01 BC", "2020.01.01 ad"}, {"yyyy.MM.dd GGGG", "2020.01.01 Anno Domini"}, {"G", "AD"},
    {"yyyy-MM-dd[ HH:mm[:ss]]", "2020-01-01", "2020-01-01 10:20", "2020-01-01 10:20:30", "2020-01-01 10"}, {"yyyyMMddHHmmss", "20200101102030", "2020010110203"}, {"yyyyMMddHHmmssSSS", "20200101102030123"}, {"yyyyMMdd", "20200101"},
    {"yyyy-MM-dd n", "2020-01-01 5"}, {"yyyy-MM-dd A", "2020-01-01 1000", "2020-01-01 86400000"}, {"yyyy-MM-dd N", "2020-01-01 1000000000"}, {"yyyy-MM-dd HH:mm:ss n", "2020-01-01 10:20:30 123456789"},
    {"yyyy-MM-dd'x", "2020-01-01x"}, {"''yyyy''", "'2020'"}, {"yyyy-MM-dd {", "2020-01-01 {"}, {"yyyy-MM-dd #", "2020-01-01 #"}, {"b", "x"}, {"", ""}, {"T", "T"}, {"yyyy-MM-ddTHH", "2020-01-01T10"}, {"ppyyyy", "2020"}, {"q", "1"}, {"yyyy-'Q'q", "2020-Q1"}, {"yyyy-QQQ-dd", "2020-Q1-01"},
    {"yyyy-MM-dd HH", "2020-01-01 10", "2020-01-01 24"}, {"yyyy-MM-dd mm", "2020-01-01 10"}, {"yyyy-MM-dd ss", "2020-01-01 10"}, {"yyyy-MM-dd B", "2020-01-01 in the morning"}, {"yyyy-LL-dd", "2020-05-01"}, {"yyyy-LLL-dd", "2020-May-01"}, {"yyyy-MMMMM-dd", "2020-M-01"}, {"yyyy-MM-W-e", "2020-05-1-1"}, {"cccc yyyy-MM-dd", "Wednesday 2020-01-01"}, {"e yyyy-MM-dd", "4 2020-01-01"}, {"F yyyy-MM-dd", "1 2020-01-01"}, {"g", "59000"}, {"yyyy-MM-dd v", "2020-01-01 PT"}, {"yyyy-MM-dd EEEEE", "2020-01-01 W"}, {"d/M/y H:m:s", "1/2/2020 3:4:5", "01/02/2020 03:04:05"}, {"yyyy-MM-dd yyyy", "2020-01-01 2020", "2020-01-01 2021"}, {"SSS", "123"}, {"yyyy-MM-dd SSS", "2020-01-01 123"},
  };

  static String json(String text) {
    if (text == null) return "null";
    StringBuilder out = new StringBuilder("\"");
    for (char c : text.toCharArray())
      if (c == '"' || c == '\\') out.append('\\').append(c);
      else if (c < 0x20 || c > 0x7e) out.append(String.format("\\u%04x", (int) c));
      else out.append(c);
    return out.append('"').toString();
  }

  static String format(String pattern, String zone, long ms) {
    try {
      return new DateTime(ms, DateTimeZone.forID(zone)).toString(DateTimeFormat.forPattern(pattern).withLocale(Locale.US));
    } catch (RuntimeException e) {
      return null;
    }
  }

  /** A text without a zone is read in UTC, one without a time as midnight; without a date it is no instant. */
  static Long epoch(String pattern, String text) {
    try {
      TemporalAccessor read = DateTimeFormatter.ofPattern(pattern, Locale.US).parse(text);
      LocalDate date = read.query(TemporalQueries.localDate());
      LocalTime time = read.query(TemporalQueries.localTime());
      ZoneId zone = read.query(TemporalQueries.zone());
      if (date == null) return null;
      Instant instant = date.atTime(time == null ? LocalTime.MIDNIGHT : time).atZone(zone == null ? ZoneOffset.UTC : zone).toInstant();
      // 24:00 is the next day's midnight
      java.time.Period excess = read.query(DateTimeFormatter.parsedExcessDays());
      return instant.plusSeconds(86400L * excess.getDays()).toEpochMilli();
    } catch (RuntimeException e) {
      return null;
    }
  }

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    // Long form names of the JDK's own tables, as Joda-Time takes them.
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(folder.resolve("format.ndjson")))) {
      Random random = new Random(7);
      List<String> zones = new ArrayList<>(List.of(ZONES));
      for (String pattern : PATTERNS)
        for (int i = 0; i < INSTANTS.length; i++)
          for (int draw = 0; draw < 3; draw++) {
            String zone = draw == 0 ? "UTC" : zones.get(random.nextInt(zones.size()));
            out.printf("[%s,%s,%d,%s]\n", json(pattern), json(zone), INSTANTS[i], json(format(pattern, zone, INSTANTS[i])));
          }
      for (String zone : zones)
        for (long ms : INSTANTS)
          out.printf("[%s,%s,%d,%s]\n", json("yyyy-MM-dd HH:mm:ss.SSS Z z"), json(zone), ms, json(format("yyyy-MM-dd HH:mm:ss.SSS Z z", zone, ms)));
      String letters = "GCxweEyYDMdahHkKmsSzZ";
      for (int i = 0; i < 1500; i++) {
        StringBuilder pattern = new StringBuilder();
        for (int part = random.nextInt(5); part >= 0; part--) {
          pattern.append(String.valueOf(letters.charAt(random.nextInt(letters.length()))).repeat(1 + random.nextInt(5)));
          pattern.append(new String[] {"", "-", " ", ":", "'T'", "''", "/"}[random.nextInt(7)]);
        }
        String zone = zones.get(random.nextInt(30));
        long ms = (random.nextLong() % 4_000_000_000_000L);
        out.printf("[%s,%s,%d,%s]\n", json(pattern.toString()), json(zone), ms, json(format(pattern.toString(), zone, ms)));
      }
    }
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(folder.resolve("epoch.ndjson")))) {
      for (String[] row : EPOCHS)
        for (int i = 1; i < row.length; i++) out.printf("[%s,%s,%s]\n", json(row[0]), json(row[i]), epoch(row[0], row[i]));
    }
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(folder.resolve("zones.ndjson")))) {
      long january = 1704067200000L, july = 1719792000000L;
      TreeMap<String, String> rows = new TreeMap<>();
      for (String id : DateTimeZone.getAvailableIDs()) {
        DateTimeZone zone = DateTimeZone.forID(id);
        String[] names = new String[4];
        // one instant of each kind, looked for among the changes of a century
        for (long ms = january - 3_000_000_000_000L, next; names[0] == null || names[1] == null; ms = next) {
          int at = zone.isStandardOffset(ms) ? 0 : 1;
          if (names[at] == null) {
            names[at] = zone.getShortName(ms, Locale.US);
            names[2 + at] = zone.getName(ms, Locale.US);
          }
          next = zone.nextTransition(ms);
          if (next == ms || next > july) break;
        }
        StringBuilder row = new StringBuilder();
        for (String name : names) row.append(',').append(json(name));
        row.append(',').append(json(zone.getID()));
        rows.put(id, row.toString());
      }
      rows.forEach((id, row) -> out.printf("[%s%s]\n", json(id), row));
    }
  }
}
