"""The style and the script of a page; it loads nothing from anywhere."""

STYLE = """
:root{color-scheme:light dark;--bg:#fff;--fg:#1f2328;--dim:#59636e;--line:#d1d9e0;--soft:#f6f8fa;
--hot:#fff8c5;--good:#1a7f37;--bad:#d1242f;--warn:#9a6700;--blue:#0969da;--violet:#8250df;
--piece0:#0969da;--piece1:#54aeff;--kw:#cf222e;--str:#0a3069;--num:#0550ae;--def:#8250df;
--a0:#ddf4ff;--a1:#f3f0d8;--a2:#e6f4ea;--a3:#fbe9e7;--a4:#ece5fa;--a5:#e0ecec;--a6:#fdf0dc;
--a7:#e7eaee}
@media(prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--dim:#9198a1;--line:#3d444d;
--soft:#161b22;--hot:#3a3000;--good:#3fb950;--bad:#ff7b72;--warn:#d29922;--blue:#58a6ff;
--violet:#bc8cff;--piece0:#58a6ff;--piece1:#a5d6ff;--kw:#ff7b72;--str:#a5d6ff;--num:#79c0ff;
--def:#d2a8ff;--a0:#12304a;--a1:#37331a;--a2:#16351f;--a3:#40211f;--a4:#2d2347;--a5:#1d3536;
--a6:#3d2d14;--a7:#272d36}}
.fpad{background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,"Segoe UI",Helvetica,Arial,
sans-serif}
body.fpad{margin:0 auto;max-width:1500px;padding:20px 24px 60px}
.fpad h1{font-size:1.35rem;margin:0 0 .3rem}
.fpad h2{font-size:1.02rem;margin:1.8rem 0 .5rem}
.fpad code,.fpad pre,.fpad .code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,
"DejaVu Sans Mono",monospace;font-size:13px}
.fpad .verdict{display:inline-block;padding:1px 10px;border-radius:12px;border:1.5px solid;
font-weight:600;font-size:.95rem;margin-right:.5rem}
.fpad .good{color:var(--good)}.fpad .bad{color:var(--bad)}.fpad .open{color:var(--warn)}
.fpad ul.facts{margin:.4rem 0;padding-left:1.2rem}
.fpad .sides{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:18px}
@media(max-width:900px){.fpad .sides{grid-template-columns:minmax(0,1fr)}}
.fpad .code{border:1px solid var(--line);border-radius:6px;overflow-x:auto;background:var(--soft);
padding:6px 0;line-height:1.45}
.fpad .file{color:var(--dim);font-size:12px;padding:2px 12px;overflow-wrap:anywhere}
.fpad .row{display:flex;white-space:pre;min-width:max-content;padding-right:12px}
.fpad .row>i{font-style:normal;color:var(--dim);width:3.2em;flex:none;text-align:right;
padding-right:1em;user-select:none}
.fpad .row.linked{cursor:default}
.fpad .row.hot{background:var(--hot)}
.fpad .note{white-space:normal;color:var(--warn);padding:0 12px 3px 4.2em;font-size:12.5px;
font-family:system-ui,sans-serif}
.fpad .k{color:var(--kw)}.fpad .s{color:var(--str)}.fpad .n{color:var(--num)}
.fpad .c{color:var(--dim);font-style:italic}.fpad .d{color:var(--def)}
.fpad .mark{text-decoration:underline wavy var(--bad) 1.5px;text-underline-offset:3px}
.fpad .flip{text-decoration:underline wavy var(--violet) 1.5px;text-underline-offset:3px}
.fpad .soft{text-decoration:underline dotted var(--warn) 2px;text-underline-offset:3px}
.fpad table{border-collapse:collapse;font-size:13.5px}
.fpad .wide{overflow-x:auto}
.fpad th,.fpad td{border:1px solid var(--line);padding:3px 10px;text-align:left;
vertical-align:top}
.fpad td.num{text-align:right;font-variant-numeric:tabular-nums}
.fpad th{background:var(--soft);font-weight:600}
.fpad details{margin:.6rem 0}.fpad summary{cursor:pointer;font-weight:600}
.fpad pre{background:var(--soft);border:1px solid var(--line);border-radius:6px;padding:10px 12px;
overflow-x:auto;margin:.5rem 0}
.fpad svg.map{width:100%;max-width:760px;display:block;background:var(--bg)}
.fpad svg .grid{stroke:var(--line);stroke-width:.7;fill:none}
.fpad svg .tick,.fpad svg .name{fill:var(--dim);font:11.5px system-ui,sans-serif}
.fpad svg .name{fill:var(--fg)}
.fpad svg .piece{fill:none;stroke-width:2;stroke-linejoin:round}
.fpad svg .p0{stroke:var(--piece0)}.fpad svg .p1{stroke:var(--piece1)}
.fpad svg .ad{stroke:var(--bad);stroke-width:1.8;stroke-dasharray:6 4;fill:none}
.fpad svg .true{stroke:var(--good);stroke-width:1.8;stroke-dasharray:2 3;fill:none}
.fpad svg .here{fill:none;stroke:var(--fg);stroke-width:1.5}
.fpad svg .wrong{fill:none;stroke:var(--bad);stroke-width:2.6}
.fpad svg .kink{fill:var(--warn);stroke:var(--bg)}
.fpad svg .jump{fill:var(--violet);stroke:var(--bg)}
.fpad svg .undefined{fill:var(--dim);stroke:var(--bg)}
.fpad svg .unknown{fill:none;stroke:var(--blue);stroke-width:2.6}
.fpad svg .between{fill:var(--warn);stroke:var(--bg)}
.fpad svg .harmless{fill:var(--good);stroke:none}
.fpad svg .unasked{fill:var(--dim);stroke:none}
.fpad ul.legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 18px;padding:0;margin:.3rem 0;
font-size:13px}
.fpad ul.legend svg{width:15px;height:15px;vertical-align:-2px;margin-right:5px}
.fpad ul.legend .dash{width:26px}
""" + "".join(f".fpad svg .a{k}{{fill:var(--a{k})}}\n" for k in range(8))

SCRIPT = """
(function(){
  var rows=document.querySelectorAll('.fpad .row[data-k]'), by={};
  rows.forEach(function(r){(by[r.dataset.k]=by[r.dataset.k]||[]).push(r)});
  function set(r,on){by[r.dataset.k].forEach(function(o){o.classList.toggle('hot',on)})}
  rows.forEach(function(r){
    r.addEventListener('mouseenter',function(){set(r,true)});
    r.addEventListener('mouseleave',function(){set(r,false)});
    r.addEventListener('click',function(){
      var other=by[r.dataset.k].filter(function(o){return o.parentNode!==r.parentNode})[0];
      if(other)other.scrollIntoView({block:'nearest',behavior:'smooth'});
    });
  });
})();
"""
