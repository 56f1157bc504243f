/** Style of the page; follows the reader's light or dark preference, loads nothing. */
export const style = `
:root { color-scheme: light dark; --fg: #1c2128; --dim: #636c76; --bg: #fff; --card: #f6f8fa; --line: #d1d9e0; --good: #1a7f37; --bad: #cf222e; --warn: #9a6700; }
@media (prefers-color-scheme: dark) { :root { --fg: #e6edf3; --dim: #9198a1; --bg: #0d1117; --card: #161b22; --line: #3d444d; --good: #3fb950; --bad: #f85149; --warn: #d29922; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem; font: 16px/1.5 system-ui, sans-serif; color: var(--fg); background: var(--bg); }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .75rem; } h3 { font-size: 1rem; margin: 0; }
small, .dim, header p { color: var(--dim); font-weight: normal; } small { font-size: .75rem; }
.good { color: var(--good); } .bad { color: var(--bad); }
ol { list-style: none; margin: 0; padding: 0; display: grid; gap: .75rem; }
ol > li { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--warn); border-radius: 6px; padding: .75rem 1rem; }
ol > li.error { border-left-color: var(--bad); }
li p { margin: .5rem 0 0; } pre { overflow-x: auto; margin: .5rem 0 0; font-size: .8rem; color: var(--dim); white-space: pre-wrap; overflow-wrap: anywhere; }
code { overflow-wrap: anywhere; } .wide { overflow-x: auto; }
svg text { font: 13px system-ui, sans-serif; fill: var(--fg); } svg .dim { fill: var(--dim); }
svg .node { fill: var(--card); stroke-width: 2; } svg .edge { fill: none; stroke: var(--line); stroke-width: 1.5; }
svg .ok { stroke: var(--good); } svg .broken { stroke: var(--bad); } svg .off { stroke: var(--line); } svg .bar { fill: var(--good); } svg .bar.failed { fill: var(--bad); }
`;
