import { render } from 'preact';
import { App } from './App';
import { DraftApp } from './DraftApp';
import { receiveDrafts } from './draftStore';
import { StoryApp } from './StoryApp';
import { listen } from './host';
import { rememberScroll } from './scroll';
import { listenToKeys } from './keys';
import { receive } from './store';
import { receiveStory } from './storyStore';
import { registerToolkit } from './toolkit';
import './styles/report.css';

const PAGES = {
  report: { draw: () => <App />, receive },
  story: { draw: () => <StoryApp />, receive: receiveStory },
  drafts: { draw: () => <DraftApp />, receive: receiveDrafts },
} as const;

registerToolkit();
const name = (['story', 'drafts'] as const).find((id) => document.getElementById(id)) ?? 'report';
const root = document.getElementById(name);
if (root) {
  root.replaceChildren();
  render(PAGES[name].draw(), root);
}
if (name === 'report') {
  rememberScroll();
  listenToKeys();
}
listen(PAGES[name].receive);
