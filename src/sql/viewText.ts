/** Strings and quoted names: what is in them is no SQL. */
const QUOTED = /'(?:[^']|'')*'|"(?:[^"]|"")*"/g;
/** The same words in types and comparisons. */
const NOT_MEANT = /\bwith(?:out)?\s+time\s+zone\b|\bis\s+(?:not\s+)?distinct\s+from\b/gi;
/** Words that leave rows of the table out. A join may: it depends on the other table. */
const LEAVES_OUT =
  /\b(?:where|join|limit|offset|fetch|distinct|group|having|intersect|except|tablesample|with|values)\b|\bunion\b(?!\s+all\b)/i;
/** A function in FROM can return what it likes. */
const FROM_FUNCTION = /\bfrom\s+(?:rows\s+from\b|(?:only\s+)?[\w.$\u0080-\uffff]*[\w$\u0080-\uffff"]\s*\()/i;
const INNERMOST = /\([^()]*\)/g;
/** Two tables in FROM: every row of one with every row of the other, so none where the other is empty. */
const FROM_SEVERAL = /\bfrom\b[^;]*,/i;

/**
 * Whether a view may have fewer rows than the tables beneath it. It errs on the side of "may".
 * @param definition as pg_get_viewdef gives it
 */
export function viewMayHide(definition: string): boolean {
  let text = definition.replace(QUOTED, (quoted) => (quoted.startsWith('"') ? 'q' : "''")).replace(NOT_MEANT, ' ');
  if (LEAVES_OUT.test(text)) return true;
  // `EXTRACT(year FROM x)` has a FROM of its own, but a subquery in FROM counts.
  const withoutExtract = text.replace(/\b(?:extract|substring|trim|overlay|position)\s*\([^()]*\)/gi, 'f');
  if (FROM_FUNCTION.test(withoutExtract)) return true;
  for (let before = ''; before !== text;) {
    before = text;
    text = text.replace(INNERMOST, '');
  }
  return text.split(/\bunion\s+all\b/i).some((part) => FROM_SEVERAL.test(part));
}
