import static io.trino.testing.TestingSession.testSessionBuilder;

import io.trino.Session;
import io.trino.execution.ExecutionFailureInfo;
import io.trino.execution.warnings.WarningCollector;
import io.trino.spi.type.SqlVarbinary;
import io.trino.spi.type.TimeZoneKey;
import io.trino.sql.planner.plan.OutputNode;
import io.trino.testing.LocalQueryRunner;
import io.trino.testing.MaterializedResult;
import io.trino.testing.MaterializedRow;
import io.trino.testing.QueryRunner.MaterializedResultWithPlan;
import io.trino.util.Failures;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Answers each line of standard input, one statement with its line breaks as U+23CE, with one line of JSON: {"names", "types", "rows"} or {"error", "message"}.
 * Whole numbers beyond 32 bits and decimals are texts, so that no digit is lost; a row is an array, a map is an array of [key, value].
 */
public class Oracle {
  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    System.setOut(System.err);
    Session session =
        testSessionBuilder()
            .setTimeZoneKey(TimeZoneKey.UTC_KEY)
            .setLocale(Locale.ENGLISH)
            .setStart(Instant.parse(arguments[0]))
            .build();
    LocalQueryRunner runner = LocalQueryRunner.create(session);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String sql = in.readLine(); sql != null; sql = in.readLine()) {
      out.println(answer(runner, session, sql.replace('\u23ce', '\n')));
      out.flush();
    }
    System.exit(0);
  }

  private static String answer(LocalQueryRunner runner, Session session, String sql) {
    try {
      MaterializedResultWithPlan both = runner.executeWithPlan(session, sql, WarningCollector.NOOP);
      MaterializedResult result = both.getMaterializedResult();
      List<String> names = ((OutputNode) both.getQueryPlan().getRoot()).getColumnNames();
      List<String> types = result.getTypes().stream().map(type -> type.getDisplayName()).toList();
      List<List<Object>> rows = result.getMaterializedRows().stream().map(MaterializedRow::getFields).toList();
      return "{\"names\":" + json(names) + ",\"types\":" + json(types) + ",\"rows\":" + json(rows) + "}";
    } catch (Throwable error) {
      ExecutionFailureInfo failure = Failures.toFailure(error);
      String name = failure.getErrorCode() == null ? "GENERIC_INTERNAL_ERROR" : failure.getErrorCode().getName();
      return "{\"error\":" + json(name) + ",\"message\":" + json(String.valueOf(error.getMessage())) + "}";
    }
  }

  private static String json(Object value) {
    if (value == null) return "null";
    if (value instanceof Boolean || value instanceof Integer || value instanceof Short || value instanceof Byte)
      return value.toString();
    if (value instanceof Long whole)
      return whole == whole.intValue() ? whole.toString() : "\"" + whole + "\"";
    if (value instanceof Double number)
      return Double.isFinite(number) && !(number == 0 && 1 / number < 0) ? number.toString() : "\"" + number + "\"";
    if (value instanceof Float number)
      return Float.isFinite(number) && !(number == 0 && 1 / number < 0) ? number.toString() : "\"" + number + "\"";
    if (value instanceof SqlVarbinary bytes) return json(HexFormat.of().formatHex(bytes.getBytes()));
    if (value instanceof List<?> items)
      return items.stream().map(Oracle::json).collect(Collectors.joining(",", "[", "]"));
    if (value instanceof MaterializedRow row) return json(row.getFields());
    if (value instanceof Map<?, ?> map) {
      TreeMap<String, String> entries = new TreeMap<>();
      map.forEach((key, item) -> entries.put(json(key), json(item)));
      return entries.entrySet().stream()
          .map(entry -> "[" + entry.getKey() + "," + entry.getValue() + "]")
          .collect(Collectors.joining(",", "[", "]"));
    }
    return quoted(value.toString());
  }

  private static String quoted(String text) {
    StringBuilder built = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') built.append('\\').append(c);
      else if (c < 32 || c == 127 || c == 0x2028 || c == 0x2029 || Character.isSurrogate(c))
        built.append(String.format("\\u%04x", (int) c));
      else built.append(c);
    }
    return built.append('"').toString();
  }
}
