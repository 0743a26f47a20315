// Ways in beside the own account: a portal, an identity provider, the code of an account that an agency prepared; and
// two accounts of one person that become one.
import assert from 'node:assert/strict';
import { everyWay, said, stage } from '../lib/stage.mjs';
import { arrives, follows, isAt, isTold, presses, sees, signsInAtDesk, types } from '../lib/acts.mjs';
import { axe, fits } from '../lib/browser.mjs';
import { someone } from '../lib/people.mjs';
import { application, candidate } from '../lib/swift.mjs';

const here = stage();
const portal = '用省政务服务网登录（演示）';
const provider = '用统一身份认证登录（演示）';
const both = [everyWay[0], everyWay[3]];

/// Goes over to a provider, picks one of its people, and comes back to us.
async function comesFrom(p, button, person) {
  await p.goes('/sign-in?next=/profile');
  await follows(p, button);
  await p.page.getByText('里面的人都是虚构的').waitFor();
  assert.notEqual(new URL(p.page.url()).origin, here.origin, 'a house of its own');
  await p.page.getByRole('link', { name: person, exact: true }).first().click();
  await arrives(p, (url) => url.origin === here.origin);
}

for (const way of both) {
  here.scene(`by a portal and by an identity provider: one click, one person, one account (${said(way)})`, async (enter) => {
    const p = await enter(way);
    await comesFrom(p, portal, '陈一鸣');
    await arrives(p, /\/profile/);
    await isAt(p, '个人资料');
    await sees(p, '政务服务网');
    await presses(p, '退出登录');
    await arrives(p, (url) => url.pathname === '/');

    await comesFrom(p, provider, '陈一鸣');
    await arrives(p, /\/profile/);
    await sees(p, '政务服务网、统一身份认证');

    // A permit that was issued anew names the same person: its first nine characters.
    const permit = await enter(way);
    await comesFrom(permit, portal, '黄嘉欣');
    await arrives(permit, /\/profile/);
    await presses(permit, '退出登录');
    await permit.goes('/sign-in?next=/profile');
    await follows(permit, provider);
    await permit.page.getByRole('link', { name: '黄嘉欣' }).nth(1).click();
    await arrives(permit, /\/profile/);
    await sees(permit, '政务服务网、统一身份认证');
  });

  here.scene(`a provider that refuses is a sentence, and another way is offered (${said(way)})`, async (enter) => {
    const p = await enter(way);
    for (const [button, person, sentence] of [
      [portal, '取消登录', /您在那边取消了登录/],
      [provider, '未实名', /您在那边还没有完成实名认证/],
      [portal, '无证件', /那边没有给出姓名或证件号码/],
      [provider, '签名不对', /核对不上，为了安全没有登录/],
    ]) {
      await comesFrom(p, button, person);
      await arrives(p, /\/sign-in\?/);
      await isTold(p, sentence);
      assert.match(p.page.url(), /next=(\/|%2F)profile/, 'the way on is kept');
      await p.page.getByRole('link', { name: portal }).waitFor();
    }
    await fits(p.page, '/sign-in refused');
    await axe(p.page, '/sign-in refused');
  });

  here.scene(`a prepared account opens by its one-time code, never by the last six digits (${said(way)})`, async (enter) => {
    const who = someone({ name: '苏木' });
    const m = await enter({ device: 'desktop', script: way.script });
    await signsInAtDesk(m, '梁颖');
    await m.goes('/office/people');
    await types(m, '名单', `姓名,证件类型,证件号码,手机号码\n${who.name},居民身份证,${who.idNo},${who.mobile}\n错一位,居民身份证,${who.idNo.slice(0, 17)},`);
    await presses(m, '预录并生成激活码');
    await sees(m, '激活码只显示这一次');
    await sees(m, '1 行没有预录，改好后在下面再交一次');
    assert.match(await m.page.getByLabel(/^名单/).inputValue(), /^错一位/, 'the faulty row stands there again');
    const codes = m.page.getByRole('region', { name: '激活码' });
    const code = (await codes.getByRole('row').nth(1).innerText()).match(/[A-Z2-9]{4}-[A-Z2-9]{4}/)[0];
    await fits(m.page, '/office/people with codes');
    await axe(m.page, '/office/people with codes');
    await m.goes('/office/people');
    assert.equal(await m.page.getByText(code).count(), 0, 'codes are shown once');

    const p = await enter(way);
    await p.goes('/sign-in');
    await types(p, '证件号码', who.idNo);
    await types(p, '密码', who.idNo.slice(-6));
    await presses(p, '登录');
    await isTold(p, /./);
    await follows(p, '激活机构预录的账号');
    await types(p, '证件号码', who.idNo);
    await types(p, '激活码', who.idNo.slice(-6));
    await presses(p, '下一步');
    await isTold(p, /证件号码和这个码对不上/);
    assert.equal(await p.page.getByLabel('证件号码').inputValue(), who.idNo, 'what was typed stays');
    await types(p, '激活码', code.toLowerCase());
    await presses(p, '下一步');
    await sees(p, '预录机构');
    assert.equal(await p.page.getByText(who.name).count(), 0, 'the name stays masked');
    await types(p, '设密码', who.idNo.slice(-6));
    await types(p, '再输一次密码', who.idNo.slice(-6));
    await p.page.getByLabel(/^我已阅读并同意/).check();
    await presses(p, '激活并登录');
    await isTold(p, /密码/);
    await axe(p.page, '/activate');
    await types(p, '设密码', who.password);
    await types(p, '再输一次密码', who.password);
    await presses(p, '激活并登录');
    await arrives(p, /\/my/);
    await p.goes('/profile');
    await sees(p, who.name);

    // The code is used up, and the agency sees it.
    const again = await enter(way);
    await again.goes('/activate');
    await types(again, '证件号码', who.idNo);
    await types(again, '激活码', code);
    await presses(again, '下一步');
    await isTold(again, /已经用过、收回、过期/);
    await m.goes('/office/people');
    await m.page.getByRole('row').filter({ hasText: who.name }).filter({ hasText: who.idNo.slice(-4) }).getByText('已激活').first().waitFor();
  });

  here.scene(`two accounts of one person become one, with a reason (${said(way)})`, async (enter) => {
    const [old, renewed] = [await candidate(here.origin, someone({ name: '卢卡' })), await candidate(here.origin, someone({ name: '卢卡' }))];
    await application(here.origin, { by: old, until: 'started' });
    const a = await enter({ device: 'desktop', script: way.script });
    await a.goes('/office/sign-in');
    await presses(a, '管理员');
    await arrives(a, /\/office/);
    await a.goes('/office/people');
    await types(a, '旧证件号码', old.who.idNo);
    await types(a, '新证件号码', old.who.idNo);
    await presses(a, '查两个账号');
    await sees(a, '两个号码是同一个账号，不用合并。');
    await types(a, '新证件号码', renewed.who.idNo);
    await presses(a, '查两个账号');
    await sees(a, '核对后合并');
    assert.ok(!a.page.url().includes(old.who.idNo), 'no number in the address');
    assert.equal(await a.page.getByText(old.who.idNo).count(), 0, 'numbers stay masked');
    await presses(a, '合并');
    await sees(a, /还没有写原因/);
    await types(a, '原因', '本人到窗口出示新旧证件，照片一致');
    await axe(a.page, '/office/people about to merge');
    await presses(a, '合并');
    await sees(a, '已合并。旧账号不能再登录，旧证件会认到留下的账号。');

    // The application went along; the old login is over.
    const p = await enter({ ...way, cookies: renewed.cookies });
    await p.goes('/my');
    await sees(p, '报名还没提交，接着填');
    const gone = await enter({ ...way, cookies: old.cookies });
    await gone.goes('/my');
    await arrives(gone, /\/sign-in/);
    await sees(gone, '登录已结束。请重新登录，填过的都还在。');
    // Whoever opens the link of a message is told why there is a sign-in first, and comes back to it.
    const guest = await enter(way);
    const linked = '/my/01939a4e-0000-7000-8000-000000000001';
    await guest.goes(linked);
    await arrives(guest, new RegExp(`/sign-in\\?next=${linked}`));
    await sees(guest, '登录后回到刚才那一页接着办。');
  });

  here.scene(`a forgotten password is set anew by a code of the counter (${said(way)})`, async (enter) => {
    const { who } = await application(here.origin);
    const r = await enter({ device: 'desktop', script: way.script });
    await signsInAtDesk(r, '周敏');
    await r.goes('/office/counter');
    await types(r, '报名号、报名序号或证件号码', who.idNo);
    await presses(r, '查找');
    await arrives(r, /\/office\/counter\?case=/);
    await presses(r, '生成重设码');
    await sees(r, /请先核对本人和证件原件/);
    await r.page.getByLabel('本人在场，证件原件和照片都已核对').check();
    await presses(r, '生成重设码');
    await sees(r, '只显示这一次，24 小时内有效');
    const code = (await r.page.getByRole('region', { name: '重设码' }).innerText()).match(/[A-Z2-9]{4}-[A-Z2-9]{4}/)[0];
    await axe(r.page, '/office/counter with a code');

    const p = await enter(way);
    await p.goes('/sign-in?next=/profile');
    await follows(p, '重设密码');
    // No text messages leave a demonstration: the page says so, and which ways there are.
    await isAt(p, '忘了密码');
    await sees(p, /没有开通短信和邮箱验证码/);
    await fits(p.page, '/forgot');
    await axe(p.page, '/forgot');
    await follows(p, '用窗口给的重设码');
    await isAt(p, '重设密码');
    await types(p, '证件号码', who.idNo);
    await types(p, '重设码', 'AAAA-AAAA');
    await presses(p, '下一步');
    await isTold(p, /证件号码和这个码对不上/);
    await isAt(p, '重设密码');
    await types(p, '重设码', code.toLowerCase());
    await presses(p, '下一步');
    await isAt(p, '设新密码');
    await types(p, '新密码', 'boat on a river');
    await types(p, '再输一次密码', 'boat on the river');
    await presses(p, '设新密码并登录');
    await isTold(p, /两次输入的密码/);
    await fits(p.page, '/activate for a new password');
    await axe(p.page, '/activate for a new password');
    await types(p, '新密码', 'boat on a river');
    await types(p, '再输一次密码', 'boat on a river');
    await presses(p, '设新密码并登录');
    await arrives(p, /\/profile/);
    await isAt(p, '个人资料');
  });
}
