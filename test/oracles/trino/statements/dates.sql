DATE '2024-01-31' «+¦-» «INTERVAL '1' DAY¦INTERVAL '1' MONTH¦INTERVAL '1' YEAR¦INTERVAL '1' HOUR¦INTERVAL '36' HOUR¦INTERVAL '-1' MONTH¦1¦DATE '2024-01-01'»
INTERVAL '1' «DAY¦MONTH» + DATE '2024-01-31'
INTERVAL '1' DAY - DATE '2024-01-31'
DATE '2024-02-29' + INTERVAL '1' YEAR
DATE '2024-03-31' - INTERVAL '1' MONTH
date_trunc('«second¦minute¦hour¦day¦week¦month¦quarter¦year¦DAY¦decade¦days»', DATE '2024-08-15')
date_add('«millisecond¦second¦minute¦hour¦day¦week¦month¦quarter¦year»', «1¦-1¦13», DATE '2024-01-31')
date_diff('«millisecond¦second¦minute¦hour¦day¦week¦month¦quarter¦year»', DATE '2024-01-31', DATE '«2024-02-29¦2023-12-31¦2025-01-31»')
«year¦quarter¦month¦week¦week_of_year¦day¦day_of_month¦day_of_week¦dow¦day_of_year¦doy¦year_of_week¦yow¦last_day_of_month¦hour¦minute»(DATE '«2024-12-30¦2024-01-07¦2023-01-01¦2024-02-29»')
extract(«YEAR¦QUARTER¦MONTH¦WEEK¦DAY¦DAY_OF_MONTH¦DAY_OF_WEEK¦DOW¦DAY_OF_YEAR¦DOY¦YEAR_OF_WEEK¦YOW¦HOUR¦EPOCH¦TIMEZONE_HOUR» FROM DATE '2024-12-29')
date(«'2024-01-02'¦TIMESTAMP '2024-01-02 23:00:00'¦TIMESTAMP '2024-01-02 23:00:00 America/New_York'¦DATE '2024-01-02'¦'x'¦'2024-01-02 00:00:00'¦1»)
from_iso8601_date(«'2024-01-02'¦'2024-W01-1'¦'2024-002'¦'20240102'¦'2024'¦'2024-01'¦'2024-01-02T00:00:00'¦''¦'x'»)
to_iso8601(DATE '2024-01-02')
current_date «+ INTERVAL '1' DAY¦- INTERVAL '1' MONTH¦= DATE '2026-03-15'»
date_trunc('month', current_date)
date_format(current_date, '%Y-%m-%d')
to_unixtime(DATE '2024-01-01')
to_unixtime(CAST(DATE '2024-01-01' AS timestamp))
to_milliseconds(INTERVAL '1' DAY)
x FROM (VALUES DATE '2024-02-01', DATE '2024-01-01', NULL) t(x) ORDER BY x
min(x), max(x) FROM (VALUES DATE '2024-02-01', DATE '2024-01-01', NULL) t(x)
date_trunc('month', x), count(*) FROM (VALUES DATE '2024-02-01', DATE '2024-02-11', DATE '2024-01-01') t(x) GROUP BY 1 ORDER BY 1
day(INTERVAL '3' DAY)
«year¦month¦day¦hour¦minute¦second¦millisecond»(«INTERVAL '3-5' YEAR TO MONTH¦INTERVAL '3 04:05:06.789' DAY TO SECOND»)
date_diff('day', DATE '2024-01-01', TIMESTAMP '2024-01-02 00:00:00')
date_diff('day', DATE '2024-01-01', '2024-01-02')
date_diff('fortnight', DATE '2024-01-01', DATE '2024-01-02')
date_add('day', '1', DATE '2024-01-01')
date_add('day', 1, '2024-01-01')
date_add('day', 1.5, DATE '2024-01-01')
datediff(DATE '2024-01-01', DATE '2024-01-02')
DATE '2024-01-01' «= '2024-01-01'¦> 20240101»
CAST(DATE '2024-01-01' AS varchar) || 'x'
DATE '2024-01-01' BETWEEN DATE '2023-01-01' AND current_date
date '2024-01-01' + interval '1' day * 3
