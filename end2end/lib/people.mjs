// Synthetic people. Their identity numbers carry a right check digit and belong to nobody.
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

export function idNumber(region, birth, sequence) {
  const body = `${region}${birth}${String(sequence).padStart(3, '0')}`;
  const rest = [...body].reduce((sum, digit, place) => sum + Number(digit) * WEIGHTS[place], 0) % 11;
  return body + '10X98765432'[rest];
}

let next = 100 + (process.pid % 400);

export function someone({ name = '于小山', birth = '19900412' } = {}) {
  next += 1;
  return {
    name,
    idNo: idNumber('330102', birth, next % 1000),
    mobile: `139${String(10_000_000 + ((process.pid * 1000 + next) % 89_999_999))}`,
    password: 'qing-he-2026-shan',
  };
}
