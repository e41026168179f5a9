"""Web pages as government sites make them, for the tests of this folder."""

from __future__ import annotations

import re

TITLE = "延安市人民政府办公室关于印发支持产业链高质量发展若干措施的通知"
HEAD = f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8">
<title>{TITLE}_延安市人民政府</title>
<meta name="ArticleTitle" content="{TITLE}">
<meta name="PubDate" content="2025-01-08 09:30">
<meta name="ContentSource" content="市政府办公室">
<style>.hide {{display:none}} 样式里的字</style>
<script>var a = "脚本里的字 </p>";</script></head>"""
TOP = """<body><!-- 注释里的字 -->
<div class="header"><div class="logo">延安市人民政府</div>
<form action="/s"><input type="text" value="请输入关键词"><button>搜索</button></form></div>
<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/zwgk/">政务公开</a></li>
<li><a href="/fw/">办事服务</a></li><li><a href="/hd/">互动交流</a></li></ul></div>
<div class="position">当前位置：<a href="/">首页</a> &gt;
<a href="/zwgk/">政务公开</a> &gt; 政策文件</div>"""
INFO = f"""<table class="xxgk-head"><tr><td>索 引 号：</td><td>016/2025-00012</td>
<td>发文机关：</td><td>延安市人民政府办公室</td></tr>
<tr><td>发文字号：</td><td>延政办发〔2025〕1号</td><td>成文日期：</td><td>2025年1月6日</td></tr></table>
<h1>{TITLE}</h1>
<div class="info">发布时间：2025-01-08 09:30　来源：市政府办公室　浏览次数：128 次
【字体：<a href="javascript:;">大</a> <a href="javascript:;">中</a> <a href="javascript:;">小</a>】
<a href="javascript:window.print()">打印</a></div>"""
CLAUSES = """<p>各县（市、区）人民政府，市政府各工作部门：</p>
<p>《支持产业链高质量发展若干措施》已经市政府同意，现印发给你们，请认真贯彻执行。</p>
<p style="text-align:right">延安市人民政府办公室</p><p style="text-align:right">2025年1月6日</p>
<h2>支持产业链高质量发展若干措施</h2>
<p><strong>一、支持范围</strong></p>
<p>第一条&nbsp;&nbsp;在本市依法登记、属于重点产业链的企业，适用本措施。</p>
<p>第二条　下列项目优先支持：</p>
<ol><li>投资额五千万元以上的制造业项目；</li><li>带动就业一百人以上的服务业项目；
<ul><li>其中高校毕业生不少于三十人；</li><li>签订一年以上劳动合同。</li></ul></li>
<li value="5">市政府确定的其他项目。</li></ol>
<p><b>二、支持标准</b></p>
<p>支持标准按下表执行&mdash;&mdash;单位为万元：</p>
<table border="1"><thead><tr><th rowspan="2">产业链</th><th colspan="2">补助上限</th></tr>
<tr><th>设备投资</th><th>研发投入</th></tr></thead>
<tbody><tr><td rowspan="2">光伏</td><td>500</td><td>200</td></tr>
<tr><td>300<br>（技改）</td><td>100</td></tr>
<tr><td>苹果加工</td><td colspan="2">一事一议</td></tr></tbody></table>
<dl><dt>产业链</dt><dd>指市政府公布的十条重点产业链。</dd><dt>技改</dt><dd>指设备更新和技术改造。</dd></dl>
<p>本措施自2025年2月1日起施行，有效期三年。<sup>①</sup></p>
<p style="display:none">看不见的字不能收进来</p><p class="hide">样式表藏起来的</p>
<p>附件：<a href="/f/1.docx">1.申请表.docx</a></p>"""
BOTTOM = """<div class="share">分享到：<a href="#">微信</a><a href="#">微博</a></div>
<div class="related"><h3>相关阅读</h3><ul>
<li><a href="/1.html">延安市召开重点产业链推进会议安排下一阶段工作</a></li>
<li><a href="/2.html">一图读懂支持产业链高质量发展若干措施</a></li>
<li><a href="/3.html">市政府办公室负责同志就若干措施答记者问</a></li></ul></div>
<div class="footer"><p>主办：延安市人民政府办公室　承办：延安市大数据中心</p>
<p>网站标识码：6106000001　陕ICP备05000001号　陕公网安备 61060002000001号</p></div>
<noscript>请打开脚本</noscript><iframe src="https://example.org/"></iframe></body></html>"""


def government_page() -> str:
    """A page of a notice with measures: navigation, information table, text, footer."""
    return (
        HEAD
        + TOP
        + f'<div class="main"><div class="content">{INFO}<div id="UCAP-CONTENT">{CLAUSES}</div>'
        + "</div>"
        + BOTTOM.replace("<noscript>", "</div><noscript>", 1)
    )


def plain_page() -> str:
    """The same without any class, id or landmark that tells what a part is."""
    return re.sub(r' (?:class|id)="(?!hide)[^"]*"', "", government_page())


def navigation_page() -> str:
    """A list of links: what a saved section page is."""
    links = "".join(
        f'<li><a href="/{i}.html">延安市第{i}次会议研究部署招商引资重点工作</a>'
        f"<span>2025-01-{i:02}</span></li>"
        for i in range(1, 29)
    )
    return f"{HEAD}{TOP}<div class='list'><ul>{links}</ul></div>{BOTTOM}"
