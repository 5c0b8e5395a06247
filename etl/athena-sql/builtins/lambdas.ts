/** Functions that call a function: DuckDB evaluates the lambda, see local/athena/native/lambdas.ts. https://trino.io/docs/current/functions/lambda.html */
import { native, nativeAggregate } from "./registry";

native("transform(array(T), function(T,U)): array(U)");
native("filter(array(T), function(T,boolean)): array(T)");
native("reduce(array(T), S, function(S,T,S), function(S,R)): R");
for (const name of ["any_match", "all_match", "none_match"]) native(`${name}(array(T), function(T,boolean)): boolean`);
native("zip_with(array(T), array(U), function(T,U,R)): array(R)");
native("array_sort(array(T), function(T,T,integer)): array(T)");
native("map_filter(map(K,V), function(K,V,boolean)): map(K,V)");
native("transform_keys(map(K,V), function(K,V,W)): map(W,V)");
native("transform_values(map(K,V), function(K,V,W)): map(K,W)");
native("map_zip_with(map(K,V), map(K,W), function(K,V,W,R)): map(K,R)");
native("regexp_replace(varchar(x), varchar(y), function(array(varchar(x)),varchar(z))): varchar");
nativeAggregate("reduce_agg(T, S, function(S,T,S), function(S,S,S)): S");
