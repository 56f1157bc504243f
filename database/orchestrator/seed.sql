-- Sample data. The password of testuser is "testpassword", as an scrypt hash in PHC string format.
INSERT INTO users (username, email, password)
VALUES ('testuser', 'test@example.com', '$scrypt$ln=15,r=8,p=1$jbHDfrlDNex5Y3c++6SrGA$MFEGGDNXZWY85EI79wLrVHtOlZhVwSjeBRjz2IIA7ME')
ON CONFLICT DO NOTHING;

INSERT INTO images (name, tag, min_instances, max_instances, cpu_limit, memory_limit, status, user_id)
SELECT 'nginx', 'alpine', 1, 1, '0.5', '512m', 'active', id
FROM users
WHERE username = 'testuser'
  AND NOT EXISTS (SELECT FROM images WHERE name = 'nginx' AND tag = 'alpine');

INSERT INTO containers (container_id, name, port, status, cpu_usage, memory_usage, image_id)
SELECT 'test-nginx', 'test-nginx', 8080, 'running', '0%', '0MiB', id
FROM images
WHERE name = 'nginx' AND tag = 'alpine'
ON CONFLICT DO NOTHING;

INSERT INTO billings (user_id, amount)
SELECT id, 15.50
FROM users
WHERE username = 'testuser'
  AND NOT EXISTS (SELECT FROM billings WHERE billings.user_id = users.id);
