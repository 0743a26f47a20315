// 候补: a full plan is joined from its page, the place is seen and left; who looks at the plan sees how long the line is.
import { everyWay, said, stage } from '../lib/stage.mjs';
import { arrives, presses, sees } from '../lib/acts.mjs';
import { axe, fits } from '../lib/browser.mjs';
import { candidate, planId, staff } from '../lib/swift.mjs';

const here = stage();
const FULL = '2026-S-001208';

for (const way of everyWay) {
  here.scene(`a full plan is joined and left (${said(way)})`, async (enter) => {
    const plan = await planId(here.origin, FULL);
    const someone = await candidate(here.origin);
    const p = await enter({ ...way, cookies: someone.cookies });
    await p.goes(`/plans/${plan}`);
    await sees(p, /\d+ 人在候补/);
    await fits(p.page, '/plans/… full');
    await presses(p, '排队候补');
    await arrives(p, /\/my\/[0-9a-f-]+$/);
    await sees(p, /候补第 \d+ 位/);
    await sees(p, /前面还有 \d+ 人/);
    await fits(p.page, '/my/… waiting');
    if (way.script) await axe(p.page, '/my/… waiting');
    await p.goes('/my');
    await sees(p, /候补第 \d+ 位，共 \d+ 人在排/);
    await p.page.goBack();
    await presses(p, '退出候补');
    await sees(p, '您已退出候补');
    await presses(p, '重新排队');
    await sees(p, /候补第 \d+ 位/);
    await presses(p, '退出候补');
    await sees(p, '您已退出候补');
  });
}

here.scene('the bill of an agency says what is missing, and the pages of money can be read', async (enter) => {
  const plan = await planId(here.origin, '2026-QZ-00001');
  const boss = await staff(here.origin, '毛伟');
  const r = await enter({ cookies: boss.cookies });
  for (const [path, words] of [[`/office/plans/${plan}/bill`, '还没有要开的账单'], ['/office/money/fiscal', '没有符合的缴款码'], ['/office/money/day', '系统自动取前一天的账单|最近几天自动对的']]) {
    await r.goes(path);
    await sees(r, new RegExp(words));
    await axe(r.page, path);
    await fits(r.page, path);
  }
});
