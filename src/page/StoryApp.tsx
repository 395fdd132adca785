import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { StoryPage } from './parts/story/StoryPage';
import { currentStory, subscribeStory } from './storyStore';

/** The page of one task. */
export function StoryApp(): JSX.Element {
  const [state, setState] = useState(currentStory());
  useEffect(() => {
    const stop = subscribeStory(() => {
      setState(currentStory());
    });
    // Effects run after the first drawing: what the editor said meanwhile was not heard.
    setState(currentStory());
    return stop;
  }, []);
  return <main class="one-task">{state && <StoryPage state={state} />}</main>;
}
