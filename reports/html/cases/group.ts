import { counted } from '../../../statistics/number-text.ts';
import type { CaseResult } from '../../result.ts';
import { isProblem, MEANINGS, STATUSES, worstStatus } from '../../status.ts';
import { mark } from '../mark.ts';
import { html, type Markup } from '../markup.ts';
import type { Page } from '../page.ts';

/** A page with so few cases needs no folding. */
const FEW_CASES = 60;

/** Cases that fold away under one line that says how they came out. Open if something in them did not hold. */
export function group(
  { result }: Page,
  id: string,
  title: string,
  cases: readonly CaseResult[],
  content: Markup | readonly Markup[],
): Markup {
  const worst = worstStatus(cases) ?? 'skipped';
  const body = html`<summary>${mark(worst)}<span class="hidden">${MEANINGS[worst]}: </span><span class="title">${title}</span> <span class="tally">${tallyText(cases)}</span></summary>
${content}`;
  return cases.some(isProblem) || result.cases.length <= FEW_CASES
    ? html`<details class="group" id="${id}" open>${body}</details>`
    : html`<details class="group" id="${id}">${body}</details>`;
}

/** `12 passed, 1 failed` */
export function tallyText(cases: readonly CaseResult[]): string {
  if (cases.length === 0) return 'no case was judged';
  const count = (status: CaseResult['status']) => cases.filter((item) => item.status === status).length;
  const parts = STATUSES.filter((status) => count(status) > 0);
  return parts.map((status) => `${counted(count(status), MEANINGS[status], MEANINGS[status])}`).join(', ');
}
