/** Greatest common divisor of two integers that are not negative; of 0 and n it is n. */
export function greatestCommonDivisor(a: number, b: number): number {
  let divisor = a;
  let rest = b;
  while (rest > 0) {
    const next = divisor % rest;
    divisor = rest;
    rest = next;
  }
  return divisor;
}
