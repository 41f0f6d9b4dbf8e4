/**
 * Works on items with several workers at once, each of which takes the next item when it is done with one. Results come
 * in the order of the items. What a worker throws is thrown when its item’s turn comes.
 */
export async function* sideBySide<Item, Result>(
  items: readonly Item[],
  workers: readonly ((item: Item) => Promise<Result>)[],
): AsyncGenerator<Result> {
  const results = items.map(() => Promise.withResolvers<Result>());
  let next = 0;
  let isWanted = true;
  const working = workers.map(async (worker) => {
    while (isWanted && next < items.length) {
      const { promise, resolve, reject } = results[next] as PromiseWithResolvers<Result>;
      // Its turn may not come any more.
      promise.catch(() => undefined);
      await worker(items[next++] as Item).then(resolve, reject);
    }
  });
  try {
    for (const { promise } of results) yield await promise;
  } finally {
    isWanted = false;
    await Promise.all(working);
  }
}
