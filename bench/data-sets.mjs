/** pgbench's scale factor for a gigabyte on disk. */
const scaleOfGigabyte = 67;
/** Orders for a gigabyte on disk, with their customers and events. */
const ordersOfGigabyte = 1_240_000;

const words =
  `the of and order for customer to in delivery please with address paid item returned before refund gift card
  left door neighbour call when late ring bell size blue red green large small cotton shoes jacket invoice company tax
  number sent again wrong colour missing box damaged thanks quick reply question about warranty battery screen phone
  cable charger kitchen garden table lamp sofa monday tuesday friday weekend morning afternoon urgent discount code`
    .split(/\s+/)
    .map((word) => `'${word}'`)
    .join(',');

/** What an application keeps: names, addresses, notes of some words, amounts, times, identifiers, JSON. */
const application = (orders) => `
SELECT setseed(0.42);
CREATE FUNCTION pick(n int) RETURNS text LANGUAGE sql VOLATILE AS $$
  SELECT string_agg((ARRAY[${words}])[1 + floor(power(random(), 1.6) * 85)::int], ' ') FROM generate_series(1, n) $$;
CREATE TABLE customers AS SELECT g AS id, initcap(pick(2)) AS name, 'user' || g || '@' || pick(1) || '.example' AS email,
  '+34 6' || floor(random() * 1e8)::text AS phone, initcap(pick(2)) || ' ' || floor(random() * 200) AS address,
  timestamp '2020-01-01' + random() * interval '5 years' AS created_at FROM generate_series(1, ${orders} / 8) g;
CREATE TABLE orders AS SELECT g AS id, 1 + floor(random() * ${orders} / 8)::int AS customer_id,
  (ARRAY['paid', 'sent', 'delivered', 'returned'])[1 + floor(power(random(), 2) * 4)::int] AS status,
  round((random() * 500)::numeric, 2) AS total, timestamp '2020-01-01' + g * interval '97 s' AS placed_at,
  pick(14 + g % 9) AS note FROM generate_series(1, ${orders}) g;
CREATE TABLE events AS SELECT g AS id, timestamptz '2020-01-01 00:00Z' + g * interval '41 s' AS at, jsonb_build_object(
  'request', gen_random_uuid(), 'kind', (ARRAY['view', 'search', 'cart', 'pay'])[1 + g % 4], 'ms', floor(random() * 900),
  'path', '/shop/' || floor(power(random(), 2) * 4000), 'ip', '10.0.' || g % 200 || '.' || floor(random() * 250),
  'agent', 'Mozilla/5.0 (X11; Linux x86_64) Firefox/1' || g % 40) AS payload FROM generate_series(1, ${orders}) g;
DROP FUNCTION pick;
ALTER TABLE customers ADD PRIMARY KEY (id);
ALTER TABLE orders ADD PRIMARY KEY (id);
ALTER TABLE events ADD PRIMARY KEY (id);
CREATE INDEX ON orders (customer_id);
CREATE INDEX ON events (at);
`;

/** What is measured: pgbench's rows are padded with blanks and compress 20:1, those of applications 3:1 or 4:1. */
export const dataSets = [
  {
    name: 'pgbench',
    fill: (gigabytes) => ({
      command: `pgbench -q -i -s ${Math.round(gigabytes * scaleOfGigabyte)} -U postgres shop`,
    }),
  },
  {
    name: 'application',
    fill: (gigabytes) => ({
      command: 'psql -q -v ON_ERROR_STOP=1 -U postgres shop',
      stdin: application(Math.round(gigabytes * ordersOfGigabyte)),
    }),
  },
];
