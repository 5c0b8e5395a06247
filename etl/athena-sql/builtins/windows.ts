import { windowFunction } from "./registry";

windowFunction("row_number(): bigint");
windowFunction("rank(): bigint");
windowFunction("dense_rank(): bigint");
windowFunction("percent_rank(): double");
windowFunction("cume_dist(): double");
windowFunction("ntile(bigint): bigint");
windowFunction("first_value(T): T");
windowFunction("last_value(T): T");
windowFunction("nth_value(T, bigint): T");
windowFunction("lag(T): T");
windowFunction("lag(T, bigint): T");
windowFunction("lag(T, bigint, T): T");
windowFunction("lead(T): T");
windowFunction("lead(T, bigint): T");
windowFunction("lead(T, bigint, T): T");
