import type { Moment } from './summary.ts';

const style = `
  :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
  body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  h1 { font-size: 1.3rem; } h2 { font-size: 1rem; margin: 1.5rem 0 .3rem; }
  form { display: flex; flex-wrap: wrap; gap: .8rem; align-items: end; }
  label { display: grid; font-size: .85rem; } input { width: 6rem; font: inherit; }
  button { font: inherit; padding: .3rem 1rem; }
  canvas { width: 100%; height: 14rem; border: 1px solid #8884; border-radius: 4px; }
  table { border-collapse: collapse; margin-top: 1rem; } td, th { padding: .2rem .9rem .2rem 0; text-align: right; }
  .legend span { margin-right: 1rem; } [role=status] { min-height: 1.5em; }`;

/** Draws what \`moments\` holds; written for the browser, shared by the live page and the saved report. */
const drawing = `
  const moments = [];
  const colours = ['#2563eb', '#16a34a', '#d97706', '#dc2626'];
  function draw(id, names) {
    const canvas = document.getElementById(id), scale = devicePixelRatio || 1;
    const width = canvas.clientWidth, height = canvas.clientHeight, left = 56, bottom = 22;
    canvas.width = width * scale; canvas.height = height * scale;
    const pen = canvas.getContext('2d'); pen.scale(scale, scale); pen.font = '12px system-ui';
    const ink = getComputedStyle(document.body).color;
    const top = Math.max(1, ...moments.flatMap((m) => names.map((name) => m[name]))) * 1.1;
    const last = Math.max(10, moments.length);
    const x = (n) => left + (n / last) * (width - left - 12), y = (v) => (height - bottom) - (v / top) * (height - bottom - 10);
    pen.strokeStyle = '#8885'; pen.fillStyle = ink;
    for (let i = 0; i <= 4; i += 1) {
      const value = (top / 4) * i;
      pen.beginPath(); pen.moveTo(left, y(value)); pen.lineTo(width, y(value)); pen.stroke();
      pen.fillText(value >= 100 ? Math.round(value) : value.toFixed(1), 4, y(value) + 4);
    }
    for (let i = 0; i <= 5; i += 1) pen.fillText(Math.round((last / 5) * i) + ' s', x((last / 5) * i) - (i === 5 ? 22 : 0), height - 6);
    names.forEach((name, index) => {
      pen.strokeStyle = colours[index]; pen.lineWidth = 2; pen.beginPath();
      moments.forEach((m, at) => (at ? pen.lineTo : pen.moveTo).call(pen, x(m.second), y(m[name])));
      pen.stroke();
    });
  }
  function row(m) {
    return [m.requests, m.perSecond, m.p50, m.p95, m.p99, m.refused, m.failed].map((v) => '<td>' + v + '</td>').join('');
  }
  function show() {
    draw('throughput', ['perSecond']); draw('latency', ['p50', 'p95', 'p99']);
    const last = moments[moments.length - 1];
    if (last) document.getElementById('now').innerHTML = row(last);
  }
  addEventListener('resize', show);`;

const live = `
  const status = document.querySelector('[role=status]'), form = document.querySelector('form');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(form));
    const answer = await fetch('/start', { method: 'POST', body: JSON.stringify({ clients: Number(fields.clients), seconds: Number(fields.seconds) }) });
    if (!answer.ok) status.textContent = (await answer.json()).mensaje;
  });
  document.getElementById('stop').addEventListener('click', () => fetch('/stop', { method: 'POST' }));
  const events = new EventSource('/events');
  events.addEventListener('started', (event) => { moments.length = 0; status.textContent = 'Running: ' + event.data; show(); });
  events.addEventListener('moment', (event) => { moments.push(JSON.parse(event.data)); show(); });
  events.addEventListener('done', (event) => {
    const s = JSON.parse(event.data);
    status.textContent = 'Done: ' + s.requests + ' requests, ' + s.perSecond + ' a second, p99 ' + s.p99 + ' ms, ' + s.failed + ' failed.';
  });
  events.addEventListener('error', () => { status.textContent = 'The page has lost its connection.'; });`;

const form = `<form>
  <label>Clients<input name="clients" type="number" min="1" max="500" value="20"></label>
  <label>Seconds<input name="seconds" type="number" min="1" max="3600" value="30"></label>
  <button>Start</button><button type="button" id="stop">Stop</button></form>`;

/** A page with the charts of a load: a finished one, or the live page when there is none. */
export function chartPage(title: string, finished?: readonly Moment[]): string {
  const data = JSON.stringify(finished ?? []).replaceAll('<', String.raw`\u003c`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${style}</style><h1>${title}</h1>
${finished === undefined ? form : ''}<p role="status"></p>
<h2>Requests a second</h2><canvas id="throughput" role="img" aria-label="Requests a second over time"></canvas>
<h2>Latency, milliseconds</h2><canvas id="latency" role="img" aria-label="Latency over time"></canvas>
<p class="legend"><span style="color:#2563eb">p50</span><span style="color:#16a34a">p95</span><span style="color:#d97706">p99</span></p>
<table><caption>Last second</caption><tr><th>Requests</th><th>Per second</th><th>p50</th><th>p95</th><th>p99</th><th>Refused</th><th>Failed</th></tr><tr id="now"></tr></table>
<script>${drawing} moments.push(...${data}); ${finished === undefined ? live : ''} show();</script></html>`;
}
