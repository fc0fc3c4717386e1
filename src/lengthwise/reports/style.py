"""How a page looks: one sheet, light and dark, for screens and for paper."""

PALETTE_NOTE = "Colours after Okabe and Ito, told apart with any colour vision."

# Okabe and Ito's colours; in the dark the same hues, lighter, at a contrast of 4.5 or more on the ground.
LOOKS = """
:root{color-scheme:light dark;--ground:#fdfdfb;--ink:#1d2025;--soft:#646b76;--faint:#e4e5e2;--shade:#f0f0ea;
--c0:#0072b2;--c1:#c8540a;--c2:#00805f;--c3:#a8487f;--c4:#b27600;--c5:#3d8fc4;--c6:#4a4f57;--c7:#8a7a00;
--good:#00805f;--bad:#c0390b;--good-ground:#dcf0e8;--bad-ground:#fbe3d8}
@media (prefers-color-scheme:dark){:root{--ground:#15171a;--ink:#e6e7e4;--soft:#9aa1ab;--faint:#2c3036;--shade:#1f2328;
--c0:#5db3e6;--c1:#f08a4b;--c2:#3fc79a;--c3:#e08cbc;--c4:#e8b04a;--c5:#8cc8ee;--c6:#b4bac3;--c7:#d8ca4c;
--good:#3fc79a;--bad:#ff8d62;--good-ground:#12362a;--bad-ground:#43210f}}
"""

# What is drawn; a picture that stands alone has these too.
SVG = """
svg text{font:12px/1 "Inter","Segoe UI",system-ui,sans-serif;fill:var(--soft)}
svg .name{font-size:12.5px;font-weight:600}svg .note{font-size:11.5px}
svg .grid{stroke:var(--faint);stroke-width:1}svg .axis{stroke:var(--soft);stroke-width:1}
svg .trained{fill:var(--shade)}svg .rule{stroke:var(--soft);stroke-width:1;stroke-dasharray:3 4}
svg .chance{fill:none;stroke:var(--soft);stroke-width:1.4;stroke-dasharray:1 4;stroke-linecap:round}
svg .band{fill-opacity:.13;stroke:none}
svg .seed{fill:none;stroke-width:1;stroke-opacity:.42}
svg .bound{fill:none;stroke-width:1.6;stroke-dasharray:1 4;stroke-linecap:round}
svg .median{fill:none;stroke-width:2.3;stroke-linejoin:round;stroke-linecap:round}
"""

PAGE = """
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);
font:16px/1.55 "Inter","Segoe UI",system-ui,-apple-system,"Helvetica Neue",Arial,sans-serif;
font-feature-settings:"tnum","cv11";-webkit-font-smoothing:antialiased}
main{max-width:1060px;margin:0 auto;padding:56px 28px 72px}
.counts{margin:0 0 14px;color:var(--soft);font-size:14px}
h1{margin:0 0 10px;font-size:34px;line-height:1.15;font-weight:650;letter-spacing:-.018em}
h2{margin:56px 0 16px;padding-top:18px;border-top:1px solid var(--faint);font-size:22px;font-weight:620;
letter-spacing:-.01em}
h2::first-letter{text-transform:uppercase}
h3{margin:34px 0 8px;font-size:15px;font-weight:620}
h4{margin:0 0 2px;font-size:13.5px;font-weight:600}
p{max-width:72ch}.lead{color:var(--soft);margin:4px 0}
nav{display:flex;flex-wrap:wrap;gap:4px 18px;margin-top:14px;font-size:14.5px}
a{color:var(--c0);text-decoration:none}a:hover{text-decoration:underline}
figure{margin:14px 0}figcaption,.keys,small{color:var(--soft);font-size:13px}
small{display:block;line-height:1.45}
.grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(380px,1fr));gap:14px 32px}
.grid figure{margin:6px 0}
.key{display:inline-block;width:11px;height:11px;border-radius:3px;margin-right:7px;vertical-align:-1px}
.keys{display:flex;flex-wrap:wrap;gap:2px 16px;margin:4px 0 0}
svg{display:block;width:100%;height:auto;overflow:visible}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:13.5px;line-height:1.4}
th,td{padding:6px 12px 6px 0;text-align:right;white-space:nowrap;vertical-align:top}
th{color:var(--soft);font-weight:500;border-bottom:1px solid var(--soft)}
td{border-bottom:1px solid var(--faint)}
th:first-child,td:first-child{text-align:left;position:sticky;left:0;background:var(--ground)}
.words th,.words td{text-align:left;white-space:normal;padding-right:18px}
.words th{white-space:normal;vertical-align:bottom}
.claims td{white-space:normal;text-align:left;padding:10px 18px 10px 0}
.claims td:first-child{width:132px;font-weight:600}
.verdict small{font-weight:400}
.upheld{color:var(--good)}.refuted{color:var(--bad)}.undecided{color:var(--soft)}
.overview td{padding:5px 9px 5px 0;vertical-align:middle}
.overview thead th{vertical-align:bottom;padding-right:9px}
.overview thead button{all:unset;cursor:pointer;color:inherit}.overview thead button:hover{color:var(--ink)}
.overview thead button:focus-visible,.filters button:focus-visible,
td:focus-visible{outline:2px solid var(--c0);outline-offset:1px}
th[aria-sort]{color:var(--ink)}th[aria-sort=descending] button::after{content:" ↓"}
th[aria-sort=ascending] button::after{content:" ↑"}
.overview td[tabindex]{cursor:default}.overview td small{font-size:11px;line-height:1.1;font-weight:400}
.overview tbody tr:hover td{background:var(--shade)}
.overview .pass{font-weight:650}.overview .spark{width:124px}.spark svg{width:112px;height:26px}
.spark .median{stroke-width:1.7}.spark .rule{stroke-dasharray:1 3;stroke-opacity:.7}
.overview .left{text-align:left;padding-right:16px}
.filters[hidden],.regime[hidden],tr[hidden],td[hidden],th[hidden],.tip[hidden]{display:none}
.regime h3{display:flex;flex-wrap:wrap;gap:2px 12px;align-items:baseline}.regime h3 small{font-weight:400}
.filters{display:grid;gap:7px;margin:6px 0 4px;font-size:13px}
.filters div{display:grid;grid-template-columns:64px 1fr;align-items:baseline;gap:8px}
.filters b{font-weight:500;color:var(--soft)}.filters span{display:flex;flex-wrap:wrap;gap:5px}
.filters button{font:inherit;color:var(--ink);background:none;border:1px solid var(--faint);border-radius:999px;
padding:2px 11px;cursor:pointer}.filters button:hover{border-color:var(--soft)}
.filters button[aria-pressed=true]{background:var(--ink);border-color:var(--ink);color:var(--ground)}
.count{margin:12px 0 -22px;color:var(--soft);font-size:13px}
.legend{color:var(--soft);font-size:13px;margin:8px 0 0;max-width:100ch}
.tip{position:absolute;z-index:9;max-width:min(420px,92vw);padding:8px 12px;border-radius:8px;background:var(--ink);
color:var(--ground);font-size:12.5px;line-height:1.5;white-space:pre-line;pointer-events:none;
box-shadow:0 6px 24px #0003}
.stages{list-style:none;display:flex;flex-wrap:wrap;gap:6px 18px;margin:12px 0 0;padding:0;font-size:13.5px;
color:var(--soft)}.stages li::before{content:"○ ";font-weight:700}.stages .whole::before{content:"● ";color:var(--good)}
.runs{width:auto}.runs th,.runs td{padding-right:22px}.runs a{margin-right:8px}
details{scroll-margin-top:12px;border-bottom:1px solid var(--faint);padding:8px 0}
summary{cursor:pointer;font-weight:600;font-size:14px}summary small{display:inline;font-weight:400;margin-left:8px}
.sample{margin:14px 0 18px}.where{margin:0 0 4px;font-size:13px;color:var(--soft)}
dl{display:grid;grid-template-columns:64px 1fr;gap:3px 12px;margin:0;font-size:13px}
dt{color:var(--soft)}dd{margin:0;font-family:"JetBrains Mono","SF Mono",ui-monospace,Menlo,Consolas,monospace;
font-size:12.5px;line-height:1.6;overflow-wrap:anywhere}
mark{padding:1px 5px;border-radius:4px;font-weight:700;color:inherit}
mark.bad{background:var(--bad-ground);color:var(--bad);outline:1.5px solid var(--bad)}
mark.good{background:var(--good-ground);color:var(--good)}
footer{margin-top:60px;padding-top:16px;border-top:1px solid var(--faint);color:var(--soft);font-size:13px}
@media print{main{max-width:none;padding:0}details{break-inside:avoid}figure{break-inside:avoid}}
@media (max-width:560px){main{padding:28px 16px}h1{font-size:26px}.grid{grid-template-columns:1fr}}
"""

CSS = LOOKS + SVG + PAGE
