/** Labels of an axis of percentiles, on which 90 %, 99 % and 99.9 % lie at equal distances. */

/** One in so many requests takes longer. */
const USUAL = [1, 2, 10, 100, 1000, 10_000, 100_000];
/** Of a digit at the size of charts, rounded up, and what has to stay free between two labels. */
const CHARACTER = 6.5;
const GAP = 6;

/**
 * The rarities that are labelled: the rarest, where the axis ends, and of the usual ones those whose labels do not touch.
 *
 * @param width Of the axis in pixels.
 */
export function percentileTicks(rarest: number, width: number): number[] {
  const at = (rarity: number) => (width * Math.log(rarity)) / Math.log(rarest);
  const half = (rarity: number) => (percentileText(rarity).length * CHARACTER) / 2;
  const ticks = [rarest];
  for (const rarity of USUAL.toReversed()) {
    const next = ticks[0] ?? rarest;
    if (rarity < rarest && at(next) - half(next) - (at(rarity) + half(rarity)) >= GAP) ticks.unshift(rarity);
  }
  return ticks;
}

/** `99.9 %` of 1000: with as many decimals as its distance from 100 % takes. */
export function percentileText(rarity: number): string {
  const decimals = Math.max(0, Math.ceil(Math.log10(rarity) - 1e-9) - 1);
  return `${Number(((1 - 1 / rarity) * 100).toFixed(decimals))} %`;
}
