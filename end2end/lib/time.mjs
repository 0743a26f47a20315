// Days and months as people in Shanghai type them, counted from today.

// Journey and server count their days from the same today: where a new day is about to begin, it begins first.
const DAY = 86_400_000;
const left = DAY - ((Date.now() + 8 * 3_600_000) % DAY);
if (left < 120_000) await new Promise((next) => setTimeout(next, left + 1_000));

const shifted = (days = 0) => new Date(Date.now() + 8 * 3_600_000 + days * 86_400_000);

/// `2026-11-21`, or that many days later.
export const day = (days = 0) => shifted(days).toISOString().slice(0, 10);

/// `2021-03`: the month so many months before this one.
export function monthsAgo(months) {
  const now = shifted();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 1)).toISOString().slice(0, 7);
}
