BEGIN TRANSACTION;
CREATE TABLE addresses (
	ip TEXT NOT NULL, 
	network TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	instance_id TEXT NOT NULL, 
	PRIMARY KEY (ip)
);
INSERT INTO "addresses" VALUES('10.9.0.16','network-15','deployment-4','instance_id-2');
INSERT INTO "addresses" VALUES('10.9.0.131','network-130','deployment-119','instance_id-117');
INSERT INTO "addresses" VALUES('10.9.0.246','network-245','deployment-234','instance_id-232');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE compiled_packages (
	stemcell_os TEXT NOT NULL, 
	stemcell_version TEXT NOT NULL, 
	fingerprint TEXT NOT NULL, 
	dependency_key TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (stemcell_os, stemcell_version, fingerprint, dependency_key)
);
INSERT INTO "compiled_packages" VALUES('stemcell_os-898','stemcell_version-900','fingerprint-896','dependency_key-897',50,'{"package":"package-895","fingerprint":"fingerprint-896","dependency_key":"dependency_key-897","stemcell_os":"stemcell_os-898","stemcell_version":"stemcell_version-900","blob":{"blob_id":"blob_id-903","digest":"digest-904","size":905}}');
INSERT INTO "compiled_packages" VALUES('stemcell_os-910','stemcell_version-912','fingerprint-908','dependency_key-909',52,'{"package":"package-907","fingerprint":"fingerprint-908","dependency_key":"dependency_key-909","stemcell_os":"stemcell_os-910","stemcell_version":"stemcell_version-912","blob":{"blob_id":"blob_id-915","digest":"digest-916","size":917}}');
CREATE TABLE configs (
	config_id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	name TEXT NOT NULL, 
	deleted BOOLEAN NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (config_id)
);
INSERT INTO "configs" VALUES(723,'kind-724','name-725',0,38,'{"config_id":723,"kind":"kind-724","name":"name-725","content":"content-726","created_at":"2026-01-02T03:04:05.000678+00:00","deleted":false}');
INSERT INTO "configs" VALUES(729,'kind-730','name-731',1,40,'{"config_id":729,"kind":"kind-730","name":"name-731","content":"content-732","created_at":"2026-01-02T03:04:05.000678+00:00","deleted":true}');
CREATE TABLE counters (
	name TEXT NOT NULL, 
	value BIGINT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "counters" VALUES('config',729);
INSERT INTO "counters" VALUES('task',973);
CREATE TABLE deployments (
	name TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "deployments" VALUES('name-698',34,'{"name":"name-698","manifest":null,"cloud_config_ids":[],"runtime_config_ids":[],"releases":[],"stemcells":[]}');
INSERT INTO "deployments" VALUES('name-700',36,'{"name":"name-700","manifest":"manifest-702","cloud_config_ids":[705],"runtime_config_ids":[708],"releases":[["releases-712","releases-714"]],"stemcells":[{"name":"name-718","version":"version-720","os":"os-721"}]}');
CREATE TABLE disks (
	disk_id TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	instance_id TEXT, 
	state TEXT NOT NULL, 
	orphaned BOOLEAN NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (disk_id), 
	CONSTRAINT disks_state CHECK (state IN ('creating', 'detached', 'attaching', 'attached', 'detaching', 'orphaned', 'deleting'))
);
INSERT INTO "disks" VALUES('disk_id-498','deployment-500','instance_id-503','creating',0,18,'{"disk_id":"disk_id-498","deployment":"deployment-500","instance_id":"instance_id-503","state":"creating","size_mib":505,"cloud_properties":{"cloud_properties-506":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-510","cpi":"cpi-512","vm_cid":"vm_cid-515","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-518","az":"az-521","hint":{"hint-523":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-525','deployment-527','instance_id-530','detached',0,20,'{"disk_id":"disk_id-525","deployment":"deployment-527","instance_id":"instance_id-530","state":"detached","size_mib":532,"cloud_properties":{"cloud_properties-533":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-537","cpi":"cpi-539","vm_cid":"vm_cid-542","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-545","az":"az-548","hint":{"hint-550":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-552','deployment-554','instance_id-557','attaching',0,22,'{"disk_id":"disk_id-552","deployment":"deployment-554","instance_id":"instance_id-557","state":"attaching","size_mib":559,"cloud_properties":{"cloud_properties-560":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-564","cpi":"cpi-566","vm_cid":"vm_cid-569","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-572","az":"az-575","hint":{"hint-577":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-579','deployment-581','instance_id-584','attached',0,24,'{"disk_id":"disk_id-579","deployment":"deployment-581","instance_id":"instance_id-584","state":"attached","size_mib":586,"cloud_properties":{"cloud_properties-587":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-591","cpi":"cpi-593","vm_cid":"vm_cid-596","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-599","az":"az-602","hint":{"hint-604":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-606','deployment-608','instance_id-611','detaching',0,26,'{"disk_id":"disk_id-606","deployment":"deployment-608","instance_id":"instance_id-611","state":"detaching","size_mib":613,"cloud_properties":{"cloud_properties-614":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-618","cpi":"cpi-620","vm_cid":"vm_cid-623","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-626","az":"az-629","hint":{"hint-631":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-633','deployment-635','instance_id-638','orphaned',1,28,'{"disk_id":"disk_id-633","deployment":"deployment-635","instance_id":"instance_id-638","state":"orphaned","size_mib":640,"cloud_properties":{"cloud_properties-641":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-645","cpi":"cpi-647","vm_cid":"vm_cid-650","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-653","az":"az-656","hint":{"hint-658":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-660','deployment-662','instance_id-665','deleting',0,30,'{"disk_id":"disk_id-660","deployment":"deployment-662","instance_id":"instance_id-665","state":"deleting","size_mib":667,"cloud_properties":{"cloud_properties-668":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-672","cpi":"cpi-674","vm_cid":"vm_cid-677","orphaned_at":"2026-01-02T03:04:05.000678+00:00","former_instance":"former_instance-680","az":"az-683","hint":{"hint-685":[1,null]}}');
INSERT INTO "disks" VALUES('disk_id-687','deployment-689','instance_id-692','deleting',0,32,'{"disk_id":"disk_id-687","deployment":"deployment-689","instance_id":"instance_id-692","state":"deleting","size_mib":694,"cloud_properties":{"cloud_properties-695":[1,null]},"created_at":"2026-01-02T03:04:05.000678+00:00","cid":null,"cpi":"","vm_cid":null,"orphaned_at":null,"former_instance":"","az":null,"hint":null}');
CREATE TABLE instances (
	instance_id TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	instance_group TEXT NOT NULL, 
	instance_index BIGINT NOT NULL, 
	run_state TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (instance_id), 
	CONSTRAINT instances_run_state CHECK (run_state IN ('started', 'stopped', 'detached'))
);
INSERT INTO "instances" VALUES('instance_id-2','deployment-4','group-6',7,'started',2,'{"instance_id":"instance_id-2","deployment":"deployment-4","group":"group-6","index":7,"az":"az-10","bootstrap":true,"addresses":[{"network":"network-15","ip":"10.9.0.16","static":true}],"run_state":"started","spec":{"deployment":"deployment-22","group":"group-24","index":25,"instance_id":"instance_id-27","az":"az-30","bootstrap":true,"vm":{"stemcell":{"name":"name-35","version":"version-37","os":"os-38"},"cloud_properties":{"cloud_properties-39":[1,null]},"env":{"env-40":[1,null]},"networks":[{"name":"name-44","kind":"kind-45","ip":"10.9.0.46","netmask":"netmask-48","gateway":"10.9.0.49","dns":["dns-51"],"default":["default-53"],"cloud_properties":{"cloud_properties-54":[1,null]}}],"cpi":"cpi-56"},"disk":{"size_mib":59,"cloud_properties":{"cloud_properties-60":[1,null]},"disk_type":"disk_type-61"},"jobs":[{"name":"name-65","release":"release-67","release_version":"release_version-69","fingerprint":"fingerprint-70","has_post_deploy":true}],"packages":[{"name":"name-75","version":"version-76","fingerprint":"fingerprint-77","blob":{"blob_id":"blob_id-81","digest":"digest-82","size":83},"dependency_key":"dependency_key-84"}],"templates":{"configuration_hash":"configuration_hash-86","template_hashes":{"template_hashes-87":"template_hashes-88"},"context_digest":"context_digest-89","blob":{"blob_id":"blob_id-93","digest":"digest-94","size":95}},"canary_watch_time":{"min_ms":97,"max_ms":98},"update_watch_time":{"min_ms":100,"max_ms":101},"properties":{"properties-102":[1,null]},"tags":{"tags-103":"tags-104"},"lifecycle":"lifecycle-105","update_strategy":"update_strategy-106"},"converged":true,"converged_by":110,"ignored":true,"resurrection_paused":true,"post_deployed_by":115}');
INSERT INTO "instances" VALUES('instance_id-117','deployment-119','group-121',122,'stopped',4,'{"instance_id":"instance_id-117","deployment":"deployment-119","group":"group-121","index":122,"az":"az-125","bootstrap":true,"addresses":[{"network":"network-130","ip":"10.9.0.131","static":true}],"run_state":"stopped","spec":{"deployment":"deployment-137","group":"group-139","index":140,"instance_id":"instance_id-142","az":"az-145","bootstrap":true,"vm":{"stemcell":{"name":"name-150","version":"version-152","os":"os-153"},"cloud_properties":{"cloud_properties-154":[1,null]},"env":{"env-155":[1,null]},"networks":[{"name":"name-159","kind":"kind-160","ip":"10.9.0.161","netmask":"netmask-163","gateway":"10.9.0.164","dns":["dns-166"],"default":["default-168"],"cloud_properties":{"cloud_properties-169":[1,null]}}],"cpi":"cpi-171"},"disk":{"size_mib":174,"cloud_properties":{"cloud_properties-175":[1,null]},"disk_type":"disk_type-176"},"jobs":[{"name":"name-180","release":"release-182","release_version":"release_version-184","fingerprint":"fingerprint-185","has_post_deploy":true}],"packages":[{"name":"name-190","version":"version-191","fingerprint":"fingerprint-192","blob":{"blob_id":"blob_id-196","digest":"digest-197","size":198},"dependency_key":"dependency_key-199"}],"templates":{"configuration_hash":"configuration_hash-201","template_hashes":{"template_hashes-202":"template_hashes-203"},"context_digest":"context_digest-204","blob":{"blob_id":"blob_id-208","digest":"digest-209","size":210}},"canary_watch_time":{"min_ms":212,"max_ms":213},"update_watch_time":{"min_ms":215,"max_ms":216},"properties":{"properties-217":[1,null]},"tags":{"tags-218":"tags-219"},"lifecycle":"lifecycle-220","update_strategy":"update_strategy-221"},"converged":true,"converged_by":225,"ignored":true,"resurrection_paused":true,"post_deployed_by":230}');
INSERT INTO "instances" VALUES('instance_id-232','deployment-234','group-236',237,'detached',6,'{"instance_id":"instance_id-232","deployment":"deployment-234","group":"group-236","index":237,"az":"az-240","bootstrap":true,"addresses":[{"network":"network-245","ip":"10.9.0.246","static":true}],"run_state":"detached","spec":{"deployment":"deployment-252","group":"group-254","index":255,"instance_id":"instance_id-257","az":"az-260","bootstrap":true,"vm":{"stemcell":{"name":"name-265","version":"version-267","os":"os-268"},"cloud_properties":{"cloud_properties-269":[1,null]},"env":{"env-270":[1,null]},"networks":[{"name":"name-274","kind":"kind-275","ip":"10.9.1.26","netmask":"netmask-278","gateway":"10.9.1.29","dns":["dns-281"],"default":["default-283"],"cloud_properties":{"cloud_properties-284":[1,null]}}],"cpi":"cpi-286"},"disk":{"size_mib":289,"cloud_properties":{"cloud_properties-290":[1,null]},"disk_type":"disk_type-291"},"jobs":[{"name":"name-295","release":"release-297","release_version":"release_version-299","fingerprint":"fingerprint-300","has_post_deploy":true}],"packages":[{"name":"name-305","version":"version-306","fingerprint":"fingerprint-307","blob":{"blob_id":"blob_id-311","digest":"digest-312","size":313},"dependency_key":"dependency_key-314"}],"templates":{"configuration_hash":"configuration_hash-316","template_hashes":{"template_hashes-317":"template_hashes-318"},"context_digest":"context_digest-319","blob":{"blob_id":"blob_id-323","digest":"digest-324","size":325}},"canary_watch_time":{"min_ms":327,"max_ms":328},"update_watch_time":{"min_ms":330,"max_ms":331},"properties":{"properties-332":[1,null]},"tags":{"tags-333":"tags-334"},"lifecycle":"lifecycle-335","update_strategy":"update_strategy-336"},"converged":true,"converged_by":340,"ignored":true,"resurrection_paused":true,"post_deployed_by":345}');
INSERT INTO "instances" VALUES('instance_id-347','deployment-349','group-351',352,'started',8,'{"instance_id":"instance_id-347","deployment":"deployment-349","group":"group-351","index":352,"az":"az-355","bootstrap":true,"addresses":[],"run_state":"started","spec":null,"converged":false,"converged_by":null,"ignored":false,"resurrection_paused":false,"post_deployed_by":null}');
CREATE TABLE journal (
	sequence INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	task_id BIGINT, 
	phase TEXT NOT NULL, 
	step TEXT NOT NULL, 
	data TEXT NOT NULL, 
	PRIMARY KEY (sequence), 
	CONSTRAINT journal_phase CHECK (phase IN ('intent', 'result', 'failure', 'note'))
);
INSERT INTO "journal" VALUES(1,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(2,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(3,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(4,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(5,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(6,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(7,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(8,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(9,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(10,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(11,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(12,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(13,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(14,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(15,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(16,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(17,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(18,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(19,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(20,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(21,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(22,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(23,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(24,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(25,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(26,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(27,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(28,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(29,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(30,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(31,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(32,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(33,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(34,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(35,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(36,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(37,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(38,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(39,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(40,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(41,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(42,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(43,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(44,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(45,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(46,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(47,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(48,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(49,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(50,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(51,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(52,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(53,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(54,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(55,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(56,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(57,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(58,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(59,'2026-01-01T00:00:00+00:00',NULL,'intent','sampled','{"a":[1,"b"]}');
INSERT INTO "journal" VALUES(60,'2026-01-01T00:00:00+00:00',NULL,'result','sampled','{"a":[1,"b"]}');
CREATE TABLE releases (
	name TEXT NOT NULL, 
	release_version TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (name, release_version)
);
INSERT INTO "releases" VALUES('name-736','version-738',42,'{"name":"name-736","version":"version-738","manifest":{"name":"name-741","version":"version-743","commit_hash":"commit_hash-744","uncommitted_changes":true,"jobs":[{"name":"name-749","version":"version-750","fingerprint":"fingerprint-751","digest":"digest-752","spec":{"templates":[{"source":"source-756","destination":"destination-757"}],"packages":["packages-760"],"properties":[{"name":"name-763","description":"description-764","default":"default-766"}],"consumes":[{"name":"name-769","type":"type-770","optional":true}],"provides":[{"name":"name-774","type":"type-775","properties":["properties-777"]}],"description":"description-778","properties_schema":"properties_schema-780"}}],"packages":[{"name":"name-784","version":"version-785","fingerprint":"fingerprint-786","digest":"digest-787","dependencies":["dependencies-790"]}],"compiled_packages":[{"name":"name-794","version":"version-795","fingerprint":"fingerprint-796","digest":"digest-797","stemcell_os":"stemcell_os-798","stemcell_version":"stemcell_version-799","dependencies":["dependencies-802"]}]},"blobs":{}}');
INSERT INTO "releases" VALUES('name-804','version-806',44,'{"name":"name-804","version":"version-806","manifest":{"name":"name-809","version":"version-811","commit_hash":"commit_hash-812","uncommitted_changes":true,"jobs":[{"name":"name-817","version":"version-818","fingerprint":"fingerprint-819","digest":"digest-820","spec":{"templates":[{"source":"source-824","destination":"destination-825"}],"packages":["packages-828"],"properties":[{"name":"name-831","description":"description-832","default":"default-834"}],"consumes":[{"name":"name-837","type":"type-838","optional":true}],"provides":[{"name":"name-842","type":"type-843","properties":["properties-845"]}],"description":"description-846","properties_schema":"properties_schema-848"}}],"packages":[{"name":"name-852","version":"version-853","fingerprint":"fingerprint-854","digest":"digest-855","dependencies":["dependencies-858"]}],"compiled_packages":[{"name":"name-862","version":"version-863","fingerprint":"fingerprint-864","digest":"digest-865","stemcell_os":"stemcell_os-866","stemcell_version":"stemcell_version-867","dependencies":["dependencies-870"]}]},"blobs":{"blobs-871":{"blob_id":"blob_id-874","digest":"digest-875","size":876}}}');
CREATE TABLE settings (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "settings" VALUES('director_uuid','5a1c7e1d-0000-4000-8000-000000000001');
CREATE TABLE stemcells (
	name TEXT NOT NULL, 
	stemcell_version TEXT NOT NULL, 
	cpi TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (name, stemcell_version, cpi)
);
INSERT INTO "stemcells" VALUES('name-878','version-880','',46,'{"name":"name-878","version":"version-880","os":"os-881","cid":"cid-883","cpi":"","api_version":2}');
INSERT INTO "stemcells" VALUES('name-885','version-887','cpi-892',48,'{"name":"name-885","version":"version-887","os":"os-888","cid":"cid-890","cpi":"cpi-892","api_version":893}');
CREATE TABLE tasks (
	task_id INTEGER NOT NULL, 
	deployment TEXT, 
	state TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (task_id), 
	CONSTRAINT tasks_state CHECK (state IN ('queued', 'processing', 'cancelling', 'cancelled', 'done', 'error', 'timeout'))
);
INSERT INTO "tasks" VALUES(919,'deployment-926','cancelled',54,'{"task_id":919,"state":"cancelled","description":"description-921","kind":"kind-922","request":{"request-923":[1,null]},"deployment":"deployment-926","user":"user-927","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":"2026-01-02T03:04:05.000678+00:00","finished_at":"2026-01-02T03:04:05.000678+00:00","result":"result-934","context_id":"context_id-935"}');
INSERT INTO "tasks" VALUES(937,'deployment-944','done',56,'{"task_id":937,"state":"done","description":"description-939","kind":"kind-940","request":{"request-941":[1,null]},"deployment":"deployment-944","user":"user-945","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":"2026-01-02T03:04:05.000678+00:00","finished_at":"2026-01-02T03:04:05.000678+00:00","result":"result-952","context_id":"context_id-953"}');
INSERT INTO "tasks" VALUES(955,'deployment-962','error',58,'{"task_id":955,"state":"error","description":"description-957","kind":"kind-958","request":{"request-959":[1,null]},"deployment":"deployment-962","user":"user-963","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":"2026-01-02T03:04:05.000678+00:00","finished_at":"2026-01-02T03:04:05.000678+00:00","result":"result-970","context_id":"context_id-971"}');
INSERT INTO "tasks" VALUES(973,'deployment-980','done',60,'{"task_id":973,"state":"done","description":"description-975","kind":"kind-976","request":{"request-977":[1,null]},"deployment":"deployment-980","user":"user-981","created_at":"2026-01-02T03:04:05.000678+00:00","started_at":null,"finished_at":null,"result":null,"context_id":""}');
CREATE TABLE vms (
	agent_id TEXT NOT NULL, 
	deployment TEXT NOT NULL, 
	instance_id TEXT, 
	state TEXT NOT NULL, 
	version BIGINT NOT NULL, 
	body TEXT NOT NULL, 
	PRIMARY KEY (agent_id), 
	CONSTRAINT vms_state CHECK (state IN ('creating', 'running', 'deleting'))
);
INSERT INTO "vms" VALUES('agent_id-358','deployment-360','instance_id-363','creating',10,'{"agent_id":"agent_id-358","deployment":"deployment-360","instance_id":"instance_id-363","state":"creating","stemcell":{"name":"name-367","version":"version-369","os":"os-370"},"cloud_properties":{"cloud_properties-371":[1,null]},"env_digest":"env_digest-372","created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-376","cpi":"cpi-378","active":true,"purpose":"purpose-380","created_by":383,"networks":[{"name":"name-387","kind":"kind-388","ip":"10.9.1.139","netmask":"netmask-391","gateway":"10.9.1.142","dns":["dns-394"],"default":["default-396"],"cloud_properties":{"cloud_properties-397":[1,null]}}]}');
INSERT INTO "vms" VALUES('agent_id-399','deployment-401','instance_id-404','running',12,'{"agent_id":"agent_id-399","deployment":"deployment-401","instance_id":"instance_id-404","state":"running","stemcell":{"name":"name-408","version":"version-410","os":"os-411"},"cloud_properties":{"cloud_properties-412":[1,null]},"env_digest":"env_digest-413","created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-417","cpi":"cpi-419","active":true,"purpose":"purpose-421","created_by":424,"networks":[{"name":"name-428","kind":"kind-429","ip":"10.9.1.180","netmask":"netmask-432","gateway":"10.9.1.183","dns":["dns-435"],"default":["default-437"],"cloud_properties":{"cloud_properties-438":[1,null]}}]}');
INSERT INTO "vms" VALUES('agent_id-440','deployment-442','instance_id-445','deleting',14,'{"agent_id":"agent_id-440","deployment":"deployment-442","instance_id":"instance_id-445","state":"deleting","stemcell":{"name":"name-449","version":"version-451","os":"os-452"},"cloud_properties":{"cloud_properties-453":[1,null]},"env_digest":"env_digest-454","created_at":"2026-01-02T03:04:05.000678+00:00","cid":"cid-458","cpi":"cpi-460","active":true,"purpose":"purpose-462","created_by":465,"networks":[{"name":"name-469","kind":"kind-470","ip":"10.9.1.221","netmask":"netmask-473","gateway":"10.9.1.224","dns":["dns-476"],"default":["default-478"],"cloud_properties":{"cloud_properties-479":[1,null]}}]}');
INSERT INTO "vms" VALUES('agent_id-481','deployment-483','instance_id-486','deleting',16,'{"agent_id":"agent_id-481","deployment":"deployment-483","instance_id":"instance_id-486","state":"deleting","stemcell":{"name":"name-490","version":"version-492","os":"os-493"},"cloud_properties":{"cloud_properties-494":[1,null]},"env_digest":"env_digest-495","created_at":"2026-01-02T03:04:05.000678+00:00","cid":null,"cpi":"","active":true,"purpose":"instance","created_by":null,"networks":[]}');
CREATE INDEX addresses_instance_id ON addresses (instance_id);
CREATE INDEX configs_kind_name ON configs (kind, name);
CREATE INDEX disks_deployment ON disks (deployment);
CREATE INDEX disks_orphaned ON disks (orphaned);
CREATE INDEX instances_deployment ON instances (deployment);
CREATE INDEX journal_task_id ON journal (task_id, sequence);
CREATE INDEX tasks_deployment ON tasks (deployment);
CREATE INDEX tasks_state ON tasks (state);
CREATE INDEX vms_deployment ON vms (deployment);
CREATE INDEX vms_instance_id ON vms (instance_id);
COMMIT;
