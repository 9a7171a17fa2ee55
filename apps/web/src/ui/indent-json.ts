const INDENT = '  ';

/**
 * Lays JSON out over lines without parsing it: a number with 19 digits would not survive `JSON.parse`. What stands
 * inside of texts is never touched.
 */
export function indentJson(text: string): string {
  let out = '';
  let depth = 0;
  let isInText = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (isInText) {
      out += char;
      if (char === '\\') out += text.charAt(++at);
      else if (char === '"') isInText = false;
      continue;
    }
    if (char === '"') {
      isInText = true;
      out += char;
    } else if (char === '{' || char === '[') {
      const closing = text.slice(at + 1).match(/^\s*[}\]]/)?.[0];
      if (closing === undefined) {
        depth += 1;
        out += `${char}\n${INDENT.repeat(depth)}`;
      } else {
        out += char + closing.trim();
        at += closing.length;
      }
    } else if (char === '}' || char === ']') {
      depth = Math.max(0, depth - 1);
      out += `\n${INDENT.repeat(depth)}${char}`;
    } else if (char === ',') {
      out += `,\n${INDENT.repeat(depth)}`;
    } else if (char === ':') {
      out += ': ';
    } else if (!/\s/.test(char)) {
      out += char;
    }
  }
  return out;
}
