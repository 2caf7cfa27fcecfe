// Figures as people read them.

const units = [[1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e3, 'k']];

/** 1234 as "1,234", 45678 as "45.7k". */
export function count(value) {
  if (value == null) return '–';
  if (Math.abs(value) < 10000) {
    const digits = Math.abs(value) < 10 && !Number.isInteger(value) ? 1 : 0;
    return value.toLocaleString('en-US', {maximumFractionDigits: digits});
  }
  for (const [size, letter] of units) {
    if (Math.abs(value) >= size) return trimmed(value / size) + letter;
  }
  return String(value);
}

export function whole(value) {
  return value == null ? '–' : Math.round(value).toLocaleString('en-US');
}

export function bytes(value) {
  if (value == null) return '–';
  let unit = 0;
  let rest = value;
  while (rest >= 1024 && unit < 4) {
    rest /= 1024;
    unit++;
  }
  return `${unit ? trimmed(rest) : rest} ${['B', 'KiB', 'MiB', 'GiB', 'TiB'][unit]}`;
}

/** A part from 0 to 1. Does not round up to 100 %. */
export function percent(part) {
  if (part == null) return '–';
  const hundred = part * 100;
  if (hundred >= 100 || hundred === 0) return `${hundred}%`;
  if (hundred < 0.1) return '<0.1%';
  const digits = hundred > 99.9 ? 2 : 1;
  return `${Math.min(hundred, 99.99).toFixed(digits)}%`;
}

export function micros(value) {
  if (value == null) return '–';
  if (value < 1000) return `${Math.round(value)} µs`;
  if (value < 1e6) return `${trimmed(value / 1000)} ms`;
  return `${trimmed(value / 1e6)} s`;
}

export function duration(seconds) {
  if (seconds == null) return '–';
  if (seconds < 10) return `${trimmed(Math.max(0, seconds))} s`;
  if (seconds < 120) return `${Math.floor(seconds)} s`;
  const steps = [[86400, 'd', 3600, 'h'], [3600, 'h', 60, 'min'], [60, 'min', 1, 's']];
  for (const [size, name, smaller, smallName] of steps) {
    if (seconds >= size) {
      const rest = Math.floor((seconds % size) / smaller);
      return `${Math.floor(seconds / size)} ${name}` + (rest ? ` ${rest} ${smallName}` : '');
    }
  }
  return '';
}

export function clock(millis) {
  return new Date(millis).toLocaleTimeString([], {hour12: false});
}

function trimmed(value) {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
