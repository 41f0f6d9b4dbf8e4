/** JSON of what is too large to be made at once: iterators become arrays, and are asked for one element after the other. */

/** The text in parts. Each holds an element of an iterator, or all that has none in it. */
export function* jsonParts(value: unknown): Generator<string> {
  if (value instanceof Iterator) {
    yield '[';
    let separator = '';
    for (const element of value) {
      yield separator + JSON.stringify(element);
      separator = ',';
    }
    yield ']';
  } else if (isRecord(value) && Object.values(value).some(mayHoldIterators)) {
    let separator = '{';
    for (const [name, member] of Object.entries(value)) {
      if (member === undefined) continue;
      yield `${separator}${JSON.stringify(name)}:`;
      yield* jsonParts(member);
      separator = ',';
    }
    yield '}';
  } else {
    yield JSON.stringify(value) ?? 'null';
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mayHoldIterators(value: unknown): boolean {
  return value instanceof Iterator || (isRecord(value) && Object.values(value).some(mayHoldIterators));
}
