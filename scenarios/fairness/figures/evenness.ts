import { servedPerWeight, sharesOf } from '../../../statistics/shares.ts';
import { coefficientOfVariation } from './coefficient-of-variation.ts';
import { jainIndex } from './jain-index.ts';
import { maxOverAverage } from './max-over-average.ts';
import { largestShareDeviation } from './share-deviation.ts';

/** The figures that say how evenly something was dealt out by weight, whatever the order. */
export function evennessOf(counts: readonly number[], weights: readonly number[]) {
  const perWeight = servedPerWeight(counts, weights);
  return {
    largestShareDeviation: largestShareDeviation(counts, sharesOf(weights)),
    jainIndex: jainIndex(perWeight),
    maxOverAverage: maxOverAverage(perWeight),
    coefficientOfVariation: coefficientOfVariation(perWeight),
  };
}
