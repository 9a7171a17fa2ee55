/**
 * The small faults that a source file could have: what `npm run mutate` puts in, one at a time. A fault that no test
 * notices is a rule that no test holds.
 */
import ts from 'typescript';
import { sqlFaults } from './sql-faults.mjs';

/**
 * @typedef {object} Mutant
 * @property {number} start offset into the text
 * @property {number} end
 * @property {string} replacement
 * @property {number} line from 1
 * @property {string} what what was changed, for people
 * @property {boolean} [isRule] who sees a field: `@Amount`, `@Personal`, `asSeenBy`
 */

/** @typedef {{ start: number, end: number, replacement: string, what?: string, isRule?: boolean }} Change */

const { SyntaxKind } = ts;

/** @type {Partial<Record<ts.SyntaxKind, string[]>>} */
const OPERATORS = {
  [SyntaxKind.EqualsEqualsEqualsToken]: ['!=='],
  [SyntaxKind.ExclamationEqualsEqualsToken]: ['==='],
  [SyntaxKind.LessThanToken]: ['<=', '>='],
  [SyntaxKind.LessThanEqualsToken]: ['<', '>'],
  [SyntaxKind.GreaterThanToken]: ['>=', '<='],
  [SyntaxKind.GreaterThanEqualsToken]: ['>', '<'],
  [SyntaxKind.PlusToken]: ['-'],
  [SyntaxKind.MinusToken]: ['+'],
  [SyntaxKind.AsteriskToken]: ['/'],
  [SyntaxKind.SlashToken]: ['*'],
  [SyntaxKind.PercentToken]: ['*'],
  [SyntaxKind.AmpersandAmpersandToken]: ['||'],
  [SyntaxKind.BarBarToken]: ['&&'],
  [SyntaxKind.PlusEqualsToken]: ['-='],
  [SyntaxKind.MinusEqualsToken]: ['+='],
};

/** Calls that may be left out: what they are called on stands in their place. */
const STEPS = new Set([
  'filter',
  'sort',
  'reverse',
  'trim',
  'toUpperCase',
  'toLowerCase',
  'slice',
  'padStart',
]);
/** @type {Record<string, string>} */
const SIBLINGS = {
  min: 'max',
  max: 'min',
  floor: 'ceil',
  ceil: 'floor',
  some: 'every',
  every: 'some',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
};

/** Decorators that are rules: who sees a field. */
const RULES = new Set(['Amount', 'Personal']);
/** What withholds fields; without it the row, its last argument, is answered as it is. */
const WITHHOLDING = 'asSeenBy';

/**
 * @param {string} text of a TypeScript file
 * @param {string} [name]
 * @returns {Mutant[]} in the order of the text
 */
export function mutantsOf(text, name = 'file.ts') {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.ES2023, true, ts.ScriptKind.TS);
  /** @type {Mutant[]} */
  const mutants = [];
  /** @param {ts.Node} node */
  function visit(node) {
    if (isOutside(node)) return;
    for (const change of changesOf(node, source)) {
      const { line } = source.getLineAndCharacterOfPosition(change.start);
      mutants.push({ ...change, line: line + 1, what: change.what ?? describe(text, change) });
    }
    ts.forEachChild(node, visit);
  }
  visit(source);
  return mutants.sort(
    (a, b) => a.start - b.start || a.end - b.end || (a.replacement < b.replacement ? -1 : 1),
  );
}

/** Types, imports and most decorators are the compiler's and the framework's, not rules. @param {ts.Node} node */
function isOutside(node) {
  return (
    ts.isTypeNode(node) ||
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    (ts.isDecorator(node) && !isRule(node)) ||
    ts.isParameter(node)
  );
}

/** @param {ts.Decorator} node */
function isRule({ expression }) {
  return (
    ts.isCallExpression(expression) &&
    ts.isIdentifier(expression.expression) &&
    RULES.has(expression.expression.text)
  );
}

/** @param {ts.Node} node @param {ts.SourceFile} source @returns {Change[]} */
function changesOf(node, source) {
  const at = (/** @type {ts.Node} */ of, /** @type {string} */ replacement) => ({
    start: of.getStart(source),
    end: of.getEnd(),
    replacement,
  });
  if (ts.isDecorator(node)) return [{ ...at(node, ''), isRule: true }];
  if (ts.isBinaryExpression(node)) return binary(node, at, source);
  if (ts.isPrefixUnaryExpression(node)) {
    const isSign = node.operator === SyntaxKind.ExclamationToken || node.operator === SyntaxKind.MinusToken;
    return isSign ? [at(node, node.operand.getText(source))] : [];
  }
  if (ts.isIfStatement(node) || ts.isWhileStatement(node)) return negated(node.expression, at, source);
  if (ts.isConditionalExpression(node)) return negated(node.condition, at, source);
  if (ts.isExpressionStatement(node)) {
    const isSuper =
      ts.isCallExpression(node.expression) && node.expression.expression.kind === SyntaxKind.SuperKeyword;
    return isSuper ? [] : [at(node, ';')];
  }
  if (ts.isThrowStatement(node)) return [at(node, ';')];
  if (ts.isContinueStatement(node) || ts.isBreakStatement(node))
    return ts.isCaseOrDefaultClause(node.parent) ? [] : [at(node, ';')];
  if (ts.isReturnStatement(node)) {
    const given = node.expression;
    return given === undefined || given.getText(source) === 'undefined'
      ? [at(node, ';')]
      : [at(given, 'undefined')];
  }
  if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) return [at(node.body, 'undefined')];
  if (ts.isArrayLiteralExpression(node)) return without(node.elements, source);
  if (ts.isObjectLiteralExpression(node)) return without(node.properties, source);
  if (ts.isCallExpression(node)) return call(node, at, source);
  if (ts.isNumericLiteral(node)) return [at(node, `${Number(node.text.replaceAll('_', '')) + 1}`)];
  if (node.kind === SyntaxKind.TrueKeyword) return [at(node, 'false')];
  if (node.kind === SyntaxKind.FalseKeyword) return [at(node, 'true')];
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return words(node, at, source);
  if (ts.isTemplateExpression(node)) return template(node, source);
  if (ts.isRegularExpressionLiteral(node)) return anchors(node, at, source);
  return [];
}

/** @typedef {(of: ts.Node, replacement: string) => Change} At */

/** @param {ts.BinaryExpression} node @param {At} at @param {ts.SourceFile} source */
function binary(node, at, source) {
  const { operatorToken, left, right } = node;
  if (operatorToken.kind === SyntaxKind.QuestionQuestionToken) return [at(node, left.getText(source))];
  const isText = [left, right].some((side) => ts.isStringLiteralLike(side) || ts.isTemplateExpression(side));
  if (operatorToken.kind === SyntaxKind.PlusToken && isText) return [];
  return (OPERATORS[operatorToken.kind] ?? []).map((operator) => at(operatorToken, operator));
}

/** @param {ts.Expression} condition @param {At} at @param {ts.SourceFile} source */
function negated(condition, at, source) {
  // A comparison is negated by its own operator.
  const has = ts.isBinaryExpression(condition) && /^[!=]==$/.test(condition.operatorToken.getText(source));
  return has ? [] : [at(condition, `!(${condition.getText(source)})`)];
}

/** Each element left out by itself. @param {ts.NodeArray<ts.Node>} elements @param {ts.SourceFile} source */
function without(elements, source) {
  return elements.map((element, index) => {
    const next = elements[index + 1];
    const before = elements[index - 1];
    if (next !== undefined)
      return { start: element.getStart(source), end: next.getStart(source), replacement: '' };
    return { start: before?.getEnd() ?? element.getStart(source), end: element.getEnd(), replacement: '' };
  });
}

/** @param {ts.CallExpression} node @param {At} at @param {ts.SourceFile} source */
function call(node, at, source) {
  const called = node.expression;
  const row = node.arguments.at(-1);
  if (ts.isIdentifier(called) && called.text === WITHHOLDING && row !== undefined)
    return [{ ...at(node, `(${row.getText(source)})`), what: `without ${WITHHOLDING}`, isRule: true }];
  if (!ts.isPropertyAccessExpression(called)) return [];
  const name = called.name.text;
  if (STEPS.has(name))
    return [{ ...at(node, called.expression.getText(source)), what: `without .${name}(…)` }];
  const sibling = Object.hasOwn(SIBLINGS, name) ? SIBLINGS[name] : undefined;
  return sibling === undefined ? [] : [at(called.name, sibling)];
}

/** @param {ts.StringLiteral | ts.NoSubstitutionTemplateLiteral} node @param {At} at @param {ts.SourceFile} source */
function words(node, at, source) {
  const { parent } = node;
  const isName = ts.isPropertyAssignment(parent) && parent.name === node;
  if (isName || ts.isLiteralTypeNode(parent)) return [];
  const inSql = sqlFaults(node.text === node.getText(source).slice(1, -1) ? node.text : '');
  if (inSql.length > 0) return inSql.map((fault) => shifted(fault, node.getStart(source) + 1));
  // What people read may be worded otherwise; what programs read may not.
  if (/\s/.test(node.text)) return [];
  return [at(node, node.text === '' ? "'mutated'" : "''")];
}

/** @param {ts.TemplateExpression} node @param {ts.SourceFile} source */
function template(node, source) {
  const inner = node.getText(source).slice(1, -1);
  const holes = node.templateSpans.map(({ expression }) => ({
    start: expression.getFullStart() - 2 - node.getStart(source) - 1,
    end: expression.getEnd() + 1 - node.getStart(source) - 1,
  }));
  return sqlFaults(inner)
    .filter((fault) => holes.every((hole) => fault.end <= hole.start || fault.start >= hole.end))
    .map((fault) => shifted(fault, node.getStart(source) + 1));
}

/** @param {ts.RegularExpressionLiteral} node @param {At} at @param {ts.SourceFile} source */
function anchors(node, at, source) {
  const text = node.getText(source);
  const changed = [text.replace(/^\/\^/, '/'), text.replace(/(?<!\\)\$(?=\/[a-z]*$)/, '')];
  return changed.filter((other) => other !== text && !other.startsWith('//')).map((other) => at(node, other));
}

/** @param {Change} change @param {number} by */
function shifted({ start, end, replacement }, by) {
  return { start: start + by, end: end + by, replacement };
}

/** @param {string} text @param {Change} change */
function describe(text, { start, end, replacement }) {
  const short = (/** @type {string} */ part) => {
    const line = part.replace(/\s+/g, ' ').trim();
    return line.length > 60 ? `${line.slice(0, 57)}…` : line;
  };
  const was = short(text.slice(start, end));
  const now = short(replacement);
  return now === '' || now === ';' ? `without ${was}` : `${was} → ${now}`;
}

/** @param {string} text @param {Mutant} mutant */
export function withFault(text, { start, end, replacement }) {
  return text.slice(0, start) + replacement + text.slice(end);
}

/** What does not parse is no fault that anybody could make unseen. @param {string} text */
export function parses(text) {
  const { diagnostics } = ts.transpileModule(text, {
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ES2023, experimentalDecorators: true },
  });
  return (diagnostics ?? []).length === 0;
}
