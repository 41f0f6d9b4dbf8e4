/** What a run comes to in a few lines each; `--verbose` and the reports have the rest. */
import { basename, dirname } from 'node:path';
import { ALL_MODES, MODES } from '../../lab/modes.ts';
import { counted, countedOf } from '../../statistics/number-text.ts';
import { plain, wrap } from '../columns.ts';
import { flagged, NOISE_SIGN } from '../noise.ts';
import type { Result } from '../result.ts';
import { type Status, SYMBOLS, tally, worstStatus } from '../status.ts';
import { isPacketCase } from '../suites.ts';
import { acrossModesGroups } from '../tables/across-modes.ts';
import { NOISE_SENTENCE } from '../tables/throughput-legend.ts';
import { type Reached, reachedOf, reachedTable } from '../tables/throughput-overview.ts';
import { type Screen, STATUS_STYLES } from './screen.ts';
import { tableLines } from './table.ts';

const LABEL_COLUMNS = 20;

/** Text after a label, going on below itself where it is too long. */
function labelled(label: string, text: string, screen: Screen, status?: Status): string[] {
  const sign = status === undefined ? '' : `${SYMBOLS[status]} `;
  return wrap(plain(text), screen.columns - LABEL_COLUMNS - sign.length).map((line, index) => {
    if (index > 0) return `${' '.repeat(LABEL_COLUMNS + sign.length)}${line}`;
    const painted = status === undefined ? '' : screen.paint(STATUS_STYLES[status], sign);
    return `${screen.paint('dim', `  ${label}`.padEnd(LABEL_COLUMNS))}${painted}${line}`;
  });
}

/** `ipvs  6.1.0-57-cloud-amd64, in a guest, emulated: …`: what was tested, where that is not this repository's director alone. */
export function directorLines({ directors }: Pick<Result, 'directors'>, screen: Screen): string[] {
  return directors.flatMap(({ name, available, features, version, description }) =>
    available && features !== undefined && version !== undefined
      ? labelled(name, `${version}: ${description}`, screen)
      : [],
  );
}

/** `packet by packet  ✓ NAT 260, DR 215, TUN 236 cases hold` */
export function packetLine({ cases }: Pick<Result, 'cases'>, screen: Screen): string[] {
  const packets = cases.filter(isPacketCase);
  const worst = worstStatus(packets);
  if (worst === undefined) return [];
  const texts = ALL_MODES.flatMap((mode) => {
    const own = packets.filter((item) => item.mode === mode);
    const { held, judged } = tally(own);
    return own.length === 0
      ? []
      : [`${MODES[mode].label} ${held === judged ? judged : `${held} of ${judged}`}`];
  });
  return labelled('packet by packet', `${texts.join(', ')} cases hold`, screen, worst);
}

/** In how many situations and with how many schedulers the load was shared as promised. */
export function fairnessLine({ fairness }: Pick<Result, 'fairness'>, screen: Screen): string[] {
  const worst = worstStatus(fairness);
  if (worst === undefined) return [];
  const { held, judged, shown } = tally(fairness);
  const situations = new Set(fairness.map(({ situation }) => situation)).size;
  const text = [
    ...(judged > 0 ? [`${countedOf(held, judged, 'result is', 'results are')} as promised`] : []),
    ...(shown > 0 ? [`${shown} measured only`] : []),
    `in ${counted(situations, 'situation')}`,
  ].join(', ');
  return labelled('fairness', text, screen, worst);
}

/** How often schedulers decided alike in all modes; those that did not, and whether that is as expected. */
export function acrossModesBrief({ acrossModes }: Pick<Result, 'acrossModes'>, screen: Screen): string[] {
  if (acrossModes.length === 0) return [];
  const alike = acrossModes.filter((row) => row.alike).length;
  const others = acrossModesGroups(acrossModes).filter(({ status }) => status !== 'passed');
  return [
    ...labelled(
      'across modes',
      `${countedOf(alike, acrossModes.length, 'comparison')} alike in NAT, DR and TUN`,
      screen,
      'passed',
    ),
    ...others.flatMap(({ status, verdict, schedulers, situations, reason }) =>
      labelled(
        '',
        [
          `${verdict}: ${schedulers.join(', ')}${situations === '' ? '' : ` (${situations.replace('Situations: ', '')})`}.`,
          ...(status === 'failed' ? [reason] : []),
        ].join(' '),
        screen,
        status,
      ),
    ),
  ];
}

/** Each measure of a director in each mode, with its ratios to the references; what is computed in memory in a line. */
export function throughputBrief({ throughput }: Pick<Result, 'throughput'>, screen: Screen): string[] {
  const reached = reachedOf(throughput);
  if (reached.length === 0) return [];
  const { carried = [], computed = [] } = Object.groupBy(reached, ({ result }) =>
    result.unit === 'ns' ? 'computed' : 'carried',
  );
  const noise = reached.some(({ isDisturbed }) => isDisturbed) ? [`${NOISE_SIGN} ${NOISE_SENTENCE}`] : [];
  return [
    ...(carried.length > 0 ? tableLines(reachedTable(carried), screen) : []),
    ...[...Map.groupBy(computed, ({ result }) => result.measure)].flatMap(([measure, own]) =>
      labelled(measure, own.map(reachedText).join('; '), screen),
    ),
    ...noise.flatMap((text) =>
      wrap(text, screen.columns - 2).map((line) => `  ${screen.paint('dim', line)}`),
    ),
  ];
}

/** `NAT 714 ns (÷ nft 1.2)` */
function reachedText({ result, mean, ratios, isDisturbed }: Reached): string {
  const texts = ratios.map(({ reference, text }) => `÷ ${reference} ${text}`);
  return flagged(`${MODES[result.mode].label} ${mean} (${texts.join(', ')})`, isDisturbed);
}

/**
 * Where the reports lie: the page first, then what lies beside it.
 *
 * @param seeMore How to see what was left out here, where something was.
 */
export function reportLines(reports: readonly string[], screen: Screen, seeMore?: string): string[] {
  const page = reports.find((path) => path.endsWith('.html')) ?? reports[0];
  const more = seeMore === undefined ? [] : labelled('in full', seeMore, screen);
  if (page === undefined) return more;
  const folder = dirname(page);
  const others = reports.filter((path) => path !== page);
  const beside = others.map((path) => (dirname(path) === folder ? basename(path) : path));
  return [
    // A path stays whole, to be copied.
    `${screen.paint('dim', '  report'.padEnd(LABEL_COLUMNS))}${plain(page)}`,
    ...(beside.length > 0 ? labelled('', `beside it ${beside.join(', ')}`, screen) : []),
    ...more,
  ];
}
