// What people type, read the way the server reads it. Pure.

const DAY = /^(\d{1,2})\s*[/\-. ]\s*(\d{1,2})\s*[/\-. ]\s*(\d{4})$/;
const ISO = /^(\d{4})-(\d{2})-(\d{2})$/;

/** "17/08/1990" as "1990-08-17"; null for what is no day of the calendar. */
export function readDate(text: string): string | null {
  const usual = DAY.exec(text.trim());
  const found = usual ? [usual[3], usual[2], usual[1]] : ISO.exec(text.trim())?.slice(1);
  if (!found) return null;
  const [year, month, day] = found.map(Number) as [number, number, number];
  const real = new Date(Date.UTC(year, month - 1, day));
  if (real.getUTCMonth() !== month - 1 || real.getUTCDate() !== day || year < 1000) return null;
  return real.toISOString().slice(0, 10);
}

/** "1990-08-17" as "17/08/1990". */
export function showDate(value: string): string {
  const found = ISO.exec(value);
  return found ? `${found[3]}/${found[2]}/${found[1]}` : value;
}

/** A whole number of at most nine digits as the engine takes it; null for anything else. */
export function readWhole(text: string): string | null {
  const plain = text.trim();
  return /^-?\d{1,9}$/.test(plain) ? String(Number(plain)) : null;
}

/** Words with %s filled in, in order. */
export function say(words: string, ...values: (string | number)[]): string {
  let at = 0;
  return words.replace(/%s/g, () => String(values[at++] ?? ""));
}
