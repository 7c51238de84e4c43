"""Nominations, inquiries, committees, objections."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('loop', '0014_cause'),
        ('people', '0010_neighbour'),
    ]

    operations = [
        migrations.CreateModel(
            name='Nomination',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='nomination', serialize=False, to='loop.matter')),
                ('day', models.DateField()),
                ('agrees', models.CharField(blank=True, max_length=3)),
                ('name', models.CharField(blank=True, max_length=40)),
                ('until', models.DateField(null=True)),
                ('sheet', models.JSONField(null=True)),
                ('opened', models.BigIntegerField(null=True)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=15, null=True)),
                ('conferred', models.DateField(null=True)),
                ('revoked', models.BooleanField(default=False)),
                ('heard', models.BooleanField(default=False)),
                ('source_row', models.JSONField(default=dict)),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('person', models.CharField(max_length=40)),
                ('text', models.TextField()),
                ('answer', models.TextField(blank=True)),
                ('nomination', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='objections', to='honour.nomination')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Member',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.CharField(max_length=40)),
                ('number', models.PositiveSmallIntegerField()),
                ('voted', models.BigIntegerField(null=True)),
                ('recused', models.CharField(blank=True, max_length=10)),
                ('nomination', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='honour.nomination')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('nomination', 'person'), name='member_once'), models.CheckConstraint(condition=models.Q(('recused', ''), ('voted__isnull', True), _connector='OR'), name='recused_do_not_vote')],
            },
        ),
        migrations.CreateModel(
            name='Inquiry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due', models.DateField()),
                ('finding', models.CharField(blank=True, max_length=8)),
                ('entry', models.BigIntegerField(null=True)),
                ('org', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('nomination', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='inquiries', to='honour.nomination')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('nomination', 'org'), name='inquiry_of_office_once')],
            },
        ),
        migrations.CreateModel(
            name='Contested',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('other', models.BigIntegerField()),
                ('keeps', models.CharField(blank=True, max_length=3)),
                ('org', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('nomination', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contested', to='honour.nomination')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('nomination', 'org'), name='contested_by_hall_once')],
            },
        ),
    ]
