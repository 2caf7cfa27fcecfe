// Keys are bytes. They are shown as text, with \xff for what is not UTF-8, and typed in the same way.

export function bytesOf(text) {
  const parts = [];
  const encoder = new TextEncoder();
  let rest = text;
  while (rest) {
    const escape = /\\(x([0-9a-fA-F]{2})|\\)/.exec(rest);
    if (!escape) break;
    parts.push(...encoder.encode(rest.slice(0, escape.index)), escape[2] ? parseInt(escape[2], 16) : 92);
    rest = rest.slice(escape.index + escape[0].length);
  }
  parts.push(...encoder.encode(rest));
  return Uint8Array.from(parts);
}

export function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
