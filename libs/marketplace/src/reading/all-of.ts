/** Waits for every call before it reports the first failure: none may go on behind its caller's back. */
export async function allOf<T>(calls: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(calls);
  return Promise.all(calls);
}
