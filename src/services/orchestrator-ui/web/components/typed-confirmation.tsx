import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';

/** Lets something go once its name was typed. */
export function TypedConfirmation({
  name,
  verb,
  loading,
  act,
  close,
}: {
  readonly name: string;
  /** e.g. `Delete`. */
  readonly verb: string;
  readonly loading: boolean;
  /** Given what was typed. */
  readonly act: (typed: string) => void;
  readonly close: () => void;
}) {
  const [typed, setTyped] = useState('');
  return (
    <>
      <TextInput
        label={`Type ${name} to ${verb.toLowerCase()} it`}
        value={typed}
        onChange={({ currentTarget: { value } }) => setTyped(value)}
      />
      <Button color="red.9" disabled={typed !== name} loading={loading} onClick={() => act(typed)}>
        {verb} {name}
      </Button>
      <Button variant="default" onClick={close}>
        Leave it as it is
      </Button>
    </>
  );
}
