/**
 * Looks that the right director takes at what it works out: whether it would have been another value with a mutant. A case
 * in which no value would have been cannot kill that mutant, and it need not be tried there.
 */
import ts from 'typescript';
import { expressionOf, isPure, widestPure } from './purity.ts';
import type { Site } from './site.ts';
import { type Insertion, pair } from './splice.ts';
import { SWITCHES } from './switches.ts';

/** What is said around one part of the source. */
interface Look {
  readonly start: number;
  readonly end: number;
  /** Mutants of which nothing is known but that their code runs. */
  readonly met: number[];
  /** What the part would be with a mutant, where both can be worked out. */
  readonly others: [id: number, text: string][];
  /** Mutants that leave out an assignment, with what is assigned to. */
  readonly left: [id: number, target: string][];
  readonly isStatement: boolean;
}

/** Numbers the places of all modules of one director. */
export class Looks {
  #places = 0;

  of(tree: ts.SourceFile, sites: readonly Site[]): Insertion[] {
    return looksAt(tree, sites).flatMap((look) => pair(tree.text, look, ...textsOf(look, this.#places++)));
  }
}

function looksAt(tree: ts.SourceFile, sites: readonly Site[]): Look[] {
  const looks = new Map<string, Look>();
  const at = ({ start, end, isStatement = false }: { start: number; end: number; isStatement?: boolean }) => {
    const key = `${start} ${end} ${isStatement}`;
    const look = looks.get(key) ?? { start, end, isStatement, met: [], others: [], left: [] };
    looks.set(key, look);
    return look;
  };
  for (const site of sites) {
    const node = nodeAt(tree, site);
    const assigned = node && site.text === 'undefined' ? assignedIn(node) : undefined;
    const around = node && expressionAround(node, site);
    if (assigned !== undefined) at(site).left.push([site.id, assigned]);
    else if (around !== undefined) at(around).others.push([site.id, around.text]);
    else at(site).met.push(site.id);
  }
  return [...looks.values()];
}

function textsOf({ met, others, left, isStatement }: Look, place: number): [string, string] {
  const meet = met.map((id) => `${SWITCHES}.meet(${id})`);
  if (isStatement) return [`{${meet.join(';')};`, '}'];
  let [open, close] = ['(', ')'];
  if (others.length > 0) {
    const alternatives = others.map(([id, text]) => `${id}:()=>(${text}\n)`).join(',');
    open = `${SWITCHES}.look((`;
    close = `),${SWITCHES}.isClosed[${place}]?undefined:{${alternatives}},${place})`;
  }
  for (const [id, target] of left) {
    open = `${SWITCHES}.assign(${id},${target},${open}`;
    close = `${close},()=>${target})`;
  }
  return [`(${[...meet, open].join(',')}`, `${close})`];
}

/** The widest expression around it of which both values can be worked out, and what it is with the mistake. */
function expressionAround(node: ts.Expression, { start, end, text }: Site) {
  const wrong = expressionOf(text);
  if (wrong === undefined || !isPure(node) || !isPure(wrong)) return undefined;
  const widest = widestPure(node);
  const from = widest.getStart();
  const source = widest.getText();
  return {
    ...{ start: from, end: widest.getEnd() },
    text: `${source.slice(0, start - from)}${text}${source.slice(end - from)}`,
  };
}

/** What is assigned to, if that is all that is done, and looking at it changes nothing. */
function assignedIn(node: ts.Expression): string | undefined {
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return undefined;
  const { left, right } = node;
  const isOne =
    ts.isIdentifier(left) || ts.isPropertyAccessExpression(left) || ts.isElementAccessExpression(left);
  return isOne && isPure(left) && isPure(right) ? left.getText() : undefined;
}

function nodeAt(tree: ts.SourceFile, { start, end, isStatement }: Site): ts.Expression | undefined {
  if (isStatement) return undefined;
  let found: ts.Node | undefined;
  const visit = (node: ts.Node): void => {
    if (node.getStart() > start || node.getEnd() < end) return;
    if (node.getStart() === start && node.getEnd() === end) found = node;
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found as ts.Expression | undefined;
}
