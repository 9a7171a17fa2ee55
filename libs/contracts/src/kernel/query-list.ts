/** For lists in a query: `status=a,b` and `status=a&status=b` are the same. */
export function asList({ value }: { value: unknown }): unknown {
  if (value === undefined) return value;
  const parts: unknown[] = Array.isArray(value) ? value : [value];
  return parts.flatMap((part) =>
    typeof part === 'string' ? part.split(',').filter((item) => item !== '') : [part],
  );
}
