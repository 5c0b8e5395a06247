import java.io.PrintStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Prints what java.util.regex says: [pattern, text, replacement, matches, first match, replaced]; null where Java refuses. */
public class Table {
  static final String[] PATTERNS = {
    "a{2,}", "b", "bc", "b(.*)d", "(hi)*", "hi", "^a", "a$", "^$", "\\Aa", "a\\z", "a\\Z", "(?i)ABC", "(?i)straße", "(?s)a.b", "a.b", "(?m)^b$", "(?x) a b # comment", "(?x)a\\ b", "(?im)^B",
    "[a&&[^b]]", "[a-z&&[^aeiou]]+", "[a-z&&[def]]", "[^a-c]+", "[a-d[m-p]]+", "[\\d&&[^5]]+", "[]a]", "[a\\]]", "[-a]+", "[a-]+", "[a\\-z]+", "[.]", "[\\w.]+", "[\\p{Alpha}_]+", "[^\\s]+", "[\\Q[]\\E]+", "[a#b]", "[a&b]+", "[a|b]+", "[(){}]+",
    "a*+b", "a*+a", "a++", "a?+a", "(?>a+)b", "(?>a|ab)c", "x{2,3}+x", "[a-c]++d", "(ab)++c",
    "\\d+", "\\D+", "\\w+", "\\W+", "\\s+", "\\S+", "\\h+", "\\R", "\\v", "\\t", "\\x41", "\\x{1F600}", "\\u0041", "\\0101", "\\a", "\\e", "\\cA", "\\-", "\\_", "\\@", "\\#", "\\/", "\\:", "\\ ", "\\\"", "\\'", "\\%", "\\&", "\\~", "\\!", "\\é",
    "\\Qa.b\\E", "\\Qa.b", "(a)(b)\\2\\1", "(a)\\1", "(?<x>a)\\k<x>", "\\1(a)", "(a)\\11", "(?<=a)b", "(?<!a)b", "a(?=b)", "a(?!b)", "(?:ab)+", "a|b|", "|", "()", "", ".", "..", ".*", ".+?", "a??", "a{0}", "a{2}", "a{2,3}", "a{,3}",
    "\\p{Lower}+", "\\p{Upper}+", "\\p{Punct}", "\\p{L}+", "\\p{Lu}", "\\pL", "\\PL", "\\P{L}+", "\\p{IsAlphabetic}+", "\\p{IsLatin}+", "\\p{IsGreek}", "\\p{Digit}+", "\\p{XDigit}+", "\\p{Space}", "\\p{javaLowerCase}", "\\p{Nope}",
    "(", ")", "[", "]", "{", "}", "a{", "*", "+", "a**", "\\", "(?<a", "(?", "[z-a]", "\\k<x>", "(?<x>a)(?<x>b)", "\\p{", "\\x4", "\\u00", "(?i", "\\y", "\\i", "a{3,1}",
    "\\bcat\\b", "\\Bat", "temp_[0-9]{3}", "^sensor-\\d+/(.*)$", "^[A-Z]{2}\\d{2}$", "[\\w-]+@[\\w.]+", "(\\d+)-(\\d+)", "(\\w+) (\\w+)", "é", "[é-ü]+", "😀", "[😀a]+", "日本", ".😀", "\\.", "a\\.b", "\\$", "\\^", "a/b",
  };
  static final String[] TEXTS = {
    "aaaa", "abcd", "hihihello", "", "abc", "ABC", "a\nb", "a\r\nb\n", "aab", "ab ab", "cat concat", "a.b", "axb", "x5y7", "sensor-12/temp", "temp_123", "DE12", "me@example.org", "10-20 30-40", "hello world", "héé ü", "a😀b", "日本語", "[]{}()", "A\tB\u0007", "_-@#/: \"'%&~!", "aba", "abab", "a\u00a0b", "straSSE STRAßE", "αβγ", "$^", "mnop",
  };
  static final String[] REPLACEMENTS = {"x", "$0", "<$1>", "$2$1", "\\$", "$12", "${x}", "$9", "$", "a\\", ""};

  static String json(String text) {
    if (text == null) return "null";
    StringBuilder out = new StringBuilder("\"");
    for (char c : text.toCharArray())
      if (c == '"' || c == '\\') out.append('\\').append(c);
      else if (c < 0x20 || c > 0x7e) out.append(String.format("\\u%04x", (int) c));
      else out.append(c);
    return out.append('"').toString();
  }

  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(System.out, false, "US-ASCII");
    int count = 0;
    for (String source : PATTERNS) {
      Pattern pattern;
      try {
        pattern = Pattern.compile(source);
      } catch (RuntimeException e) {
        out.printf("[%s,\"\",\"x\",null,null,null]\n", json(source));
        continue;
      }
      for (String text : TEXTS) {
        String replacement = REPLACEMENTS[count++ % REPLACEMENTS.length];
        Matcher matcher = pattern.matcher(text);
        boolean found = matcher.find();
        String replaced;
        try {
          replaced = pattern.matcher(text).replaceAll(replacement);
        } catch (RuntimeException e) {
          replaced = null;
        }
        out.printf("[%s,%s,%s,%s,%s,%s]\n", json(source), json(text), json(replacement), found, found ? json(matcher.group()) : "null", json(replaced));
      }
    }
    out.flush();
  }
}
