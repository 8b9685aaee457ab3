// The page's look: paper and ink, one accent, colours that people with any colour vision can tell apart (after Okabe and
// Ito), a light and a dark set, and black on white in print. No font, no script and no picture is fetched.

const light = `--paper:#fdfdfb;--raised:#f4f4ef;--ink:#1d2126;--soft:#5b626b;--line:#e1e2dc;--accent:#0b5fa5;--good:#1a6e45;--warn:#8a5a00;--bad:#b3261e;
--cell-1:#0b5fa5;--cell-2:#d55e00;--cell-3:#00815f;--cell-4:#b1508f;--cell-5:#b98200;--cell-6:#3f9fd6;--cell-7:#6b5b95;--cell-8:#5d6a63;
--part-1:#a9c9e4;--part-2:#5c9bcf;--part-3:#0b5fa5;--part-4:#d9b45f;--part-5:#b9bdb6;
--on-part-1:#1d2126;--on-part-2:#0d1b29;--on-part-3:#fff;--on-part-4:#1d2126;--on-part-5:#1d2126`;

const dark = `--paper:#15181c;--raised:#1e2228;--ink:#e7e9ec;--soft:#a2aab4;--line:#31363d;--accent:#6cb2ee;--good:#6cc797;--warn:#e5b454;--bad:#ff8a80;
--cell-1:#6cb2ee;--cell-2:#f08c4a;--cell-3:#3fc39c;--cell-4:#e08fc2;--cell-5:#e5b454;--cell-6:#a5d8f7;--cell-7:#b3a4e0;--cell-8:#a9b5ae;
--part-1:#2f4d68;--part-2:#3f79ab;--part-3:#6cb2ee;--part-4:#c99c3f;--part-5:#6a7077;
--on-part-1:#e7e9ec;--on-part-2:#fff;--on-part-3:#0d1b29;--on-part-4:#15181c;--on-part-5:#fff`;

export const style = `:root{color-scheme:light dark;${light}}
@media (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;font-variant-numeric:tabular-nums}
main{max-width:832px;margin:0 auto;padding:40px 24px 72px}
h1{font-size:30px;line-height:1.2;margin:0;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{font-size:20px;line-height:1.3;margin:52px 0 12px;letter-spacing:-.005em}
h3{font-size:15px;margin:26px 0 6px;color:var(--soft);font-weight:600}
p{margin:0 0 12px;max-width:70ch}
.origin{color:var(--soft);margin:6px 0 0;font-size:14px;overflow-wrap:anywhere}
.offline{display:inline-block;margin-top:14px;padding:3px 10px;border:1px solid var(--accent);border-radius:99px;color:var(--accent);font-size:13px}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(165px,1fr));gap:1px;background:var(--line);border:1px solid var(--line);border-radius:8px;overflow:hidden;margin:26px 0 0;padding:0}
.facts>div{background:var(--paper);padding:12px 16px}.facts>.whole-row{grid-column:1/-1}
.facts dt{font-size:13px;color:var(--soft)}
.facts dd{margin:2px 0 0;font-size:20px;line-height:1.25;font-weight:600;overflow-wrap:anywhere}
.facts small{display:block;font-size:13px;line-height:1.35;font-weight:400;color:var(--soft);margin-top:3px}
.good{color:var(--good)}.warn{color:var(--warn)}.bad{color:var(--bad)}
.scroll{overflow-x:auto;margin:8px 0}
table{border-collapse:collapse;width:100%;font-size:14.5px}
th,td{padding:7px 0 7px 16px;border-bottom:1px solid var(--line);vertical-align:baseline}
th:first-child,td:first-child{padding-left:0}
thead th{font-size:13px;font-weight:400;color:var(--soft);vertical-align:bottom}
tbody th{font-weight:500}
.number{text-align:right;white-space:nowrap}.name{text-align:left}
td.name,tbody th.name{min-width:7em;overflow-wrap:anywhere}
.range{color:var(--soft);font-size:13px;white-space:nowrap}
.words{overflow-wrap:normal}
.note,figcaption{font-size:13.5px;color:var(--soft);margin:8px 0 0;max-width:72ch}
figure{margin:14px 0 0}figure+figure{margin-top:30px}
svg{display:block;color:var(--soft);max-width:100%;overflow:visible}
.narrow{display:none}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 18px;margin:0 0 10px;padding:0;font-size:13.5px}
.swatch{display:inline-block;width:11px;height:11px;border-radius:3px;margin-right:7px}
.doubts{margin:10px 0;padding:0;list-style:none}
.doubts li{border-left:3px solid var(--warn);padding:2px 0 2px 14px;margin:0 0 10px}
.doubts li.bad{border-color:var(--bad);color:inherit}
.doubts li.plain{border-color:var(--accent)}
.doubts span{display:block;color:var(--soft);font-size:14px}
details{margin:12px 0;border-top:1px solid var(--line);padding-top:10px}
summary{cursor:pointer;font-weight:500;overflow-wrap:anywhere}
.next h2{margin-top:34px}
.strip{width:100%;margin:7px 0 3px;border-radius:3px;overflow:hidden}
.listen{margin:8px 0 10px}.listen audio{display:block;width:100%;height:40px;border-radius:6px}
.listen audio:focus-visible{outline:2px solid var(--accent);outline-offset:3px}
.marks{width:100%;margin:6px 0 0;background:var(--raised);border-radius:3px;overflow:hidden}
a{color:var(--accent)}
.turn dl{margin:8px 0 0;display:grid;grid-template-columns:max-content minmax(0,1fr);gap:4px 16px;font-size:14px}
.turn dt{color:var(--soft)}.turn dd{margin:0;overflow-wrap:anywhere}
code{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
p,li,figcaption,footer,.legend li{overflow-wrap:anywhere}
summary:focus-visible,.scroll:focus-visible{outline:2px solid var(--accent);outline-offset:3px}
pre{background:var(--raised);border-radius:6px;padding:14px 16px;overflow-x:auto;font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
footer{margin-top:56px;border-top:1px solid var(--line);padding-top:14px;color:var(--soft);font-size:13.5px}
@media (max-width:720px){main{padding:24px 16px 56px}.wide{display:none}.narrow{display:block}h1{font-size:25px}h2{margin-top:42px}.facts{grid-template-columns:1fr 1fr}.facts>div{padding:10px 12px}.facts dd{font-size:17px}table{font-size:13.5px}th,td{padding-left:11px}td.name,tbody th.name{min-width:5.5em}thead th.number{white-space:normal}.range{display:block}.turn dl{grid-template-columns:minmax(0,1fr);gap:0}.turn dd{margin:0 0 6px}}
@media print{.listen{display:none}:root{${light};--paper:#fff}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}body{font-size:12px}main{max-width:none;padding:0}h2{break-after:avoid}figure,tr,.facts{break-inside:avoid}.scroll,pre{overflow:visible}pre{white-space:pre-wrap;overflow-wrap:anywhere}details{break-inside:avoid}details::details-content{content-visibility:visible;display:block;block-size:auto;opacity:1}.wide{display:block}.narrow{display:none}}`;
