-- The rules of the library, each call one transaction. Books are locked in the order of their ISBN by every caller, so
-- callers wait for each other and never in a circle; the lock of a book also gives its operations one order.

-- Books that can still be lent: the pending operations of a book are applied in order, so they count as done.
-- In PL/pgSQL because that keeps the plan.
CREATE FUNCTION ejemplares_libres(libro varchar) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT ejemplares FROM libros WHERE isbn = libro)
    + (SELECT COALESCE(sum(CASE operacion WHEN 'prestamo' THEN -1 ELSE 1 END), 0)
       FROM operaciones WHERE isbn = libro AND estado = 'aceptada');
END $$;

-- Loans that a user will have of a book once the pending operations are applied.
CREATE FUNCTION prestamos_de(libro varchar, persona varchar) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT count(*) FROM prestamos WHERE isbn = libro AND usuario = persona AND estado = 'ACTIVO')
    + (SELECT COALESCE(sum(CASE operacion WHEN 'prestamo' THEN 1 ELSE -1 END), 0)
       FROM operaciones WHERE isbn = libro AND usuario = persona AND estado = 'aceptada');
END $$;

CREATE FUNCTION rechazo(error text, mensaje text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('ok', false, 'error', error, 'mensaje', mensaje)
$$;

CREATE FUNCTION renovar(libro varchar, persona varchar) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  prestamo prestamos;
BEGIN
  IF prestamos_de(libro, persona) <= 0 THEN
    RETURN rechazo('PrestamoNoEncontrado', format('%s no tiene en préstamo el libro %s.', persona, libro));
  END IF;
  SELECT * INTO prestamo FROM prestamos
    WHERE isbn = libro AND usuario = persona AND estado = 'ACTIVO' ORDER BY renovaciones, id LIMIT 1;
  IF NOT FOUND THEN
    RETURN rechazo('PrestamoEnProceso', format('El préstamo del libro %s todavía se está registrando.', libro));
  END IF;
  IF prestamo.renovaciones >= 2 THEN
    RETURN rechazo('LimiteRenovaciones', 'El préstamo ya se renovó 2 veces, que es el máximo.');
  END IF;
  UPDATE prestamos SET renovaciones = renovaciones + 1, fecha_devolucion = fecha_devolucion + interval '7 days'
    WHERE id = prestamo.id RETURNING * INTO prestamo;
  RETURN jsonb_build_object('ok', true, 'mensaje', 'Préstamo renovado.',
    'prestamo_id', prestamo.id, 'renovaciones', prestamo.renovaciones, 'fecha_devolucion', prestamo.fecha_devolucion);
END $$;

-- Answers one request, and records it when the answer is ok.
CREATE FUNCTION aceptar_una(peticion jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  nueva operaciones;
  anterior operaciones;
  answer jsonb;
BEGIN
  nueva.id := peticion ->> 'id';
  nueva.operacion := peticion ->> 'operacion';
  nueva.isbn := peticion ->> 'isbn';
  nueva.usuario := peticion ->> 'usuario';
  -- Written also when it was answered before: this write waits for the replica, and so for that operation too.
  UPDATE operaciones SET repeticiones = repeticiones + 1 WHERE id = nueva.id RETURNING * INTO anterior;
  IF FOUND THEN
    IF (anterior.operacion, anterior.isbn, anterior.usuario) = (nueva.operacion, nueva.isbn, nueva.usuario) THEN
      RETURN anterior.respuesta || jsonb_build_object('id', anterior.id, 'seq', anterior.seq, 'estado', anterior.estado);
    END IF;
    RETURN rechazo('IdRepetido', format('El id %s ya es de otra operación.', nueva.id));
  END IF;
  IF NOT EXISTS (SELECT FROM libros WHERE isbn = nueva.isbn) THEN
    RETURN rechazo('LibroNoEncontrado', format('No hay ningún libro con ISBN %s.', nueva.isbn));
  END IF;
  nueva.estado := 'aceptada';
  CASE nueva.operacion
    WHEN 'prestamo' THEN
      IF ejemplares_libres(nueva.isbn) <= 0 THEN
        RETURN rechazo('SinEjemplares', format('No quedan ejemplares del libro %s.', nueva.isbn));
      END IF;
      answer := jsonb_build_object('ok', true, 'mensaje', 'Préstamo aceptado.');
    WHEN 'devolucion' THEN
      IF prestamos_de(nueva.isbn, nueva.usuario) <= 0 THEN
        RETURN rechazo('PrestamoNoEncontrado', format('%s no tiene en préstamo el libro %s.', nueva.usuario, nueva.isbn));
      END IF;
      answer := jsonb_build_object('ok', true, 'mensaje', 'Devolución aceptada.');
    WHEN 'renovacion' THEN
      answer := renovar(nueva.isbn, nueva.usuario);
      nueva.estado := 'aplicada';
  END CASE;
  IF NOT (answer ->> 'ok')::boolean THEN
    RETURN answer;
  END IF;
  INSERT INTO operaciones (id, operacion, isbn, usuario, estado, respuesta, aplicada_en)
    VALUES (nueva.id, nueva.operacion, nueva.isbn, nueva.usuario, nueva.estado, answer,
      CASE nueva.estado WHEN 'aplicada' THEN now() END)
    RETURNING seq INTO nueva.seq;
  RETURN answer || jsonb_build_object('id', nueva.id, 'seq', nueva.seq, 'estado', nueva.estado);
END $$;

-- Answers a list of requests, in its order.
CREATE FUNCTION aceptar(peticiones jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  peticion jsonb;
  answers jsonb := '[]';
BEGIN
  PERFORM FROM libros WHERE isbn IN (SELECT p ->> 'isbn' FROM jsonb_array_elements(peticiones) AS p)
    ORDER BY isbn FOR UPDATE;
  FOR peticion IN SELECT jsonb_array_elements(peticiones) LOOP
    answers := answers || jsonb_build_array(aceptar_una(peticion));
  END LOOP;
  RETURN answers;
END $$;

CREATE FUNCTION aplicar_una(pendiente operaciones) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF pendiente.operacion = 'prestamo' THEN
    UPDATE libros SET ejemplares = ejemplares - 1 WHERE isbn = pendiente.isbn AND ejemplares > 0;
    IF FOUND THEN
      INSERT INTO prestamos (isbn, usuario, operacion_id)
        VALUES (pendiente.isbn, pendiente.usuario, pendiente.id);
    END IF;
  ELSE
    UPDATE prestamos SET estado = 'DEVUELTO', fecha_devolucion = now()
      WHERE id = (SELECT min(id) FROM prestamos
        WHERE isbn = pendiente.isbn AND usuario = pendiente.usuario AND estado = 'ACTIVO');
    IF FOUND THEN
      UPDATE libros SET ejemplares = ejemplares + 1 WHERE isbn = pendiente.isbn;
    END IF;
  END IF;
  -- Only somebody who changed the tables by hand can have taken away what was accepted.
  UPDATE operaciones SET estado = CASE WHEN FOUND THEN 'aplicada' ELSE 'muerta' END, aplicada_en = now()
    WHERE id = pendiente.id;
END $$;

-- Applies what is pending of one kind, as far as nothing older of the same book waits for another actor.
CREATE FUNCTION aplicar(tema text, maximo integer) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  pendiente operaciones;
  bloqueados varchar[];
  hechas jsonb := '[]';
BEGIN
  SELECT array_agg(isbn) INTO bloqueados FROM (
    SELECT isbn FROM libros WHERE isbn IN
      (SELECT isbn FROM operaciones WHERE estado = 'aceptada' AND operacion = tema)
    ORDER BY isbn FOR UPDATE) AS libro;
  FOR pendiente IN SELECT * FROM operaciones
    WHERE estado = 'aceptada' AND operacion = tema AND isbn = ANY (bloqueados) ORDER BY seq LIMIT maximo
  LOOP
    CONTINUE WHEN EXISTS (SELECT FROM operaciones
      WHERE isbn = pendiente.isbn AND estado = 'aceptada' AND seq < pendiente.seq);
    PERFORM aplicar_una(pendiente);
    hechas := hechas || jsonb_build_array(jsonb_build_object('id', pendiente.id, 'seq', pendiente.seq,
      'isbn', pendiente.isbn, 'usuario', pendiente.usuario));
  END LOOP;
  RETURN hechas;
END $$;
