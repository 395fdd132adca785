import { render } from 'preact';
import { App } from './App';
import { StoryApp } from './StoryApp';
import { listen } from './host';
import { rememberScroll } from './scroll';
import { listenToKeys } from './keys';
import { receive } from './store';
import { receiveStory } from './storyStore';
import { registerToolkit } from './toolkit';
import './styles/report.css';

registerToolkit();
const report = document.getElementById('report');
const story = document.getElementById('story');
const root = report ?? story;
if (root) {
  root.replaceChildren();
  render(report ? <App /> : <StoryApp />, root);
}
if (report) {
  rememberScroll();
  listenToKeys();
}
listen(report ? receive : receiveStory);
