import { Component, type ReactNode } from 'react';
import { Failure } from './states.tsx';

interface State {
  readonly error: Error | undefined;
}

/** Keeps the shell when a view cannot be shown, as when its part of the pages did not arrive. */
export class ViewBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: undefined };

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    // A part that failed once is not asked for again by the same page.
    return error === undefined ? (
      this.props.children
    ) : (
      <Failure error={error} again={() => location.reload()} />
    );
  }
}
