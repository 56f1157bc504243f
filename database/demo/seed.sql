-- Sample data, only into an empty shop.
INSERT INTO usuarios (nombre, apellido)
SELECT * FROM (VALUES ('Ana', 'García'), ('Luis', 'Quispe')) AS sample
WHERE NOT EXISTS (SELECT FROM usuarios);

INSERT INTO productos (nombre_producto, manufacturador, precio)
SELECT * FROM (VALUES ('Teclado', 'Logitech', 129.9), ('Monitor', 'LG', 799)) AS sample
WHERE NOT EXISTS (SELECT FROM productos);

INSERT INTO pedidos (usuario_id, producto_id, cantidad)
SELECT min(usuario_id), min(producto_id), 2
FROM usuarios, productos
WHERE NOT EXISTS (SELECT FROM pedidos)
HAVING min(usuario_id) IS NOT NULL;
